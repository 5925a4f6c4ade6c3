"""A conversation as one HTML file: readable in any browser, loading nothing, running nothing."""

from base64 import b64encode
from collections.abc import Iterator
from html import escape
from typing import Final

from desktop_app.domain.archive import ConversationTree
from desktop_app.domain.messages import AttachmentPart, Message, Part, ReasoningPart, Role, TextPart, ToolCallPart
from desktop_app.services.archive.markdown_text import heading_of

# Should anything get past the escaping, the browser still neither runs nor loads it.
_POLICY: Final = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
_STYLE: Final = """
body { font: 15px/1.55 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; color: #25221e;
  background: #fbfaf7; }
article { margin: 1.4rem 0; }
article.you { background: #efebe3; border-radius: 10px; padding: .7rem 1rem; }
header { color: #665f55; font-size: 12px; margin-bottom: .3rem; }
.text { white-space: pre-wrap; overflow-wrap: anywhere; }
.note { color: #585149; font-size: 13px; border-left: 3px solid #cdc6b9; padding-left: .7rem; margin: .5rem 0; }
img { max-width: 100%; }
@media (prefers-color-scheme: dark) {
  body { color: #ede8e0; background: #1d1c1a; } article.you { background: #2e2b28; }
  header, .note { color: #c0b8ad; }
}
"""


def as_html(tree: ConversationTree) -> str:
    """The current path; all text is escaped, and images that are attached stand in it."""
    title = escape(" ".join(tree.title.split()))
    body = "\n".join(map(_article, tree.path))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f'<meta name="viewport" content="width=device-width">\n<title>{title}</title>\n<style>{_STYLE}</style>\n'
        f"</head>\n<body>\n<h1>{title}</h1>\n{body}\n</body>\n</html>\n"
    )


def _article(message: Message) -> str:
    kind = "you" if message.role is Role.YOU else "coach"
    parts = "\n".join(html for part in message.parts for html in _html_of(part))
    return f'<article class="{kind}">\n<header>{escape(heading_of(message))}</header>\n{parts}\n</article>'


def _html_of(part: Part) -> Iterator[str]:
    match part:
        case TextPart(text):
            yield f'<div class="text">{escape(text)}</div>'
        case ToolCallPart():
            yield f'<div class="note">{escape(part.name)}: {escape(part.result or "not run")}</div>'
        case AttachmentPart() if part.is_image and part.data is not None:
            data = b64encode(part.data).decode("ascii")
            yield f'<img alt="{escape(part.name)}" src="data:{escape(part.media_type)};base64,{data}">'
        case AttachmentPart():
            yield f'<div class="note">Attached: {escape(part.name)}</div>'
        case ReasoningPart():
            return
