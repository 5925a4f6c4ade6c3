"""A conversation as Markdown: its current path, to be read anywhere."""

from collections.abc import Iterator

from desktop_app.domain.archive import ConversationTree
from desktop_app.domain.messages import AttachmentPart, Message, Part, ReasoningPart, Role, TextPart, ToolCallPart


def as_markdown(tree: ConversationTree) -> str:
    """The conversation with who spoke when; what the coach wrote is Markdown already and stays as it is."""
    sections = [f"# {' '.join(tree.title.split())}", *map(_section, tree.path)]
    return "\n\n".join(sections) + "\n"


def heading_of(message: Message) -> str:
    """Who spoke when, and with which model."""
    who = "You" if message.role is Role.YOU else f"Coach ({message.model})" if message.model else "Coach"
    when = f", {message.created_at:%Y-%m-%d %H:%M} UTC" if message.created_at else ""
    return who + when


def _section(message: Message) -> str:
    parts = [text for part in message.parts for text in _text_of(part)]
    return "\n\n".join([f"## {heading_of(message)}", *parts])


def _text_of(part: Part) -> Iterator[str]:
    match part:
        case TextPart(text):
            yield text
        case ToolCallPart():
            yield f"> {part.name}: {' '.join((part.result or 'not run').split())}"
        case AttachmentPart(name):
            yield f"> Attached: {name}"
        case ReasoningPart():
            return
