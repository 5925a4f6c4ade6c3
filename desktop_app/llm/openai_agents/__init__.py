"""OpenAI and servers that speak its protocols, through the Agents SDK."""
