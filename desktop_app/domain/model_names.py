"""How a model is called on screen beside its provider, without saying that one's name twice."""


def within_provider(provider: str, model: str) -> str:
    """What a model is called where its provider stands before it: “Sonnet 4.5” of Claude's “Claude Sonnet 4.5”."""
    rest = model.removeprefix(f"{provider} ").strip()
    return rest or model


def with_provider(provider: str, model: str) -> str:
    """What a model is called alone: “Claude Sonnet 4.5”, or “Built-in · Coach Mini” where its name does not tell."""
    return model if model.startswith(f"{provider} ") else f"{provider} · {model}"
