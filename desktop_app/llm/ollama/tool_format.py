"""The goal tools in Ollama's format."""

from typing import Any

from desktop_app.llm.tools import TOOLS


def ollama_tools() -> list[dict[str, Any]]:
    """The tools as `/api/chat` takes them."""
    return [
        {
            "type": "function",
            "function": {
                "name": tool.name,
                "description": tool.description,
                "parameters": _plain(tool.json_schema()),
            },
        }
        for tool in TOOLS
    ]


def _plain(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema in what the client lets through of a property: its type or types, items, description and enum."""
    properties = {name: _property(value) for name, value in schema.get("properties", {}).items()}
    return {"type": "object", "properties": properties, "required": schema.get("required", [])}


def _property(value: dict[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {key: value[key] for key in ("type", "items", "description", "enum") if key in value}
    if "anyOf" in value:
        kept["type"] = list(dict.fromkeys(option["type"] for option in value["anyOf"] if "type" in option))
    if "properties" in value:
        kept["description"] = f"{kept.get('description', '')} {_fields_in_words(value)}".strip()
    return kept


def _fields_in_words(value: dict[str, Any]) -> str:
    """The fields of an object within an object, which the client would drop, as part of its description."""
    required = value.get("required", [])
    fields = [
        f"{name} ({field.get('type', 'any')}{', required' if name in required else ''})"
        for name, field in value["properties"].items()
    ]
    return f"An object with the fields {', '.join(fields)}."
