"""Which of Ollama's models do not run where its server does."""


def is_cloud(name: str) -> bool:
    """Whether the model runs on Ollama's own computers, to which a local server hands it on."""
    return name.partition(":")[2].endswith("cloud")
