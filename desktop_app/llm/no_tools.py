"""What a person is told when the model that answers has no tools."""

from desktop_app.llm.events import Notice


def no_tools_notice(model: str) -> Notice:
    """The notice, for a turn's beginning."""
    return Notice(f"{model} has no tools, so it may not be able to write your goals down. Others with tools can.")
