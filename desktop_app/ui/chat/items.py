"""What the thread shows, as plain values: the presenter makes them, the view paints them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class Action:
    """Something to press. `id` comes back with `ThreadView.action_requested`.

    In a notice an action is a button, or with `is_link` a quiet link at the right end. In a footer and beside the
    person's words the ids `copy`, `edit`, `retry` and `trace` have icons of their own.
    """

    id: str
    label: str
    is_primary: bool = False
    enabled: bool = True
    is_link: bool = False


@dataclass(frozen=True, slots=True)
class Branch:
    """Which of several versions of a message is shown, counted from 1."""

    number: int
    total: int


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that was added to a message."""

    name: str
    size_text: str
    is_image: bool = False


@dataclass(frozen=True, slots=True)
class YouItem:
    """What the person wrote, as plain text. `status_text` stands small below it ("Not sent").

    Its actions are icons beside it that show under the pointer or the focus.
    """

    key: int
    text: str
    status_text: str = ""
    actions: tuple[Action, ...] = ()
    branch: Branch | None = None
    attached: tuple[Attached, ...] = ()


@dataclass(frozen=True, slots=True)
class CoachText:
    """What the coach wrote, as Markdown. While it streams a caret stands at its end."""

    key: int
    markdown: str
    is_streaming: bool = False


@dataclass(frozen=True, slots=True)
class ReasoningItem:
    """What the model thought, or what it is told of earlier messages, folded under `label` ("Thought for 4 s").

    Plain text.
    """

    key: int
    text: str
    label: str
    is_open: bool = False


class ToolCardState(StrEnum):
    """How far a tool call is."""

    RUNNING = "running"
    HELD = "held"  # done only if the answer that it stands in is kept
    DONE = "done"
    FAILED = "failed"
    UNDONE = "undone"


Sign: TypeAlias = Literal["+", "-", "~", ""]


@dataclass(frozen=True, slots=True)
class CardLine:
    """One line of a change: `text`, then `struck` and, behind an arrow, `detail`; without `struck` it is at the right.

    Without a sign it is a sentence, for example why a call failed.
    """

    sign: Sign
    text: str
    struck: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ToolCard:
    """A tool call and what it changed. `title_markdown` is one line; what follows its bold part is quieter.

    `note` stands small at its right, where a card without actions has room.
    """

    key: int
    state: ToolCardState
    icon: str
    title_markdown: str
    lines: tuple[CardLine, ...] = ()
    actions: tuple[Action, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class FooterItem:
    """Model, tokens, cost and time of a reply. Its actions are icons that show under the pointer or the focus."""

    key: int
    text: str
    actions: tuple[Action, ...] = ()
    branch: Branch | None = None


class Tone(StrEnum):
    """How loud a notice is: you must act, it waits or is at a limit, it was handled for you."""

    DANGER = "danger"
    WARN = "warn"
    NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True)
class NoticeItem:
    """Something happened that the person should know.

    `title` and `text` are one line and plain text, a neutral title may hold Markdown; brackets at the end of a title
    ("(2 of 3)") are quieter. `progress` is a share from 0 to 1, with `progress_text` at its right.
    """

    key: int
    tone: Tone
    icon: str
    title: str
    text: str = ""
    actions: tuple[Action, ...] = ()
    progress: float | None = None
    progress_text: str = ""


@dataclass(frozen=True, slots=True)
class StatusItem:
    """Something is going on before a reply comes ("Loading the built-in model…"), with quiet dots."""

    key: int
    text: str


ThreadItem: TypeAlias = YouItem | CoachText | ReasoningItem | ToolCard | FooterItem | NoticeItem | StatusItem
