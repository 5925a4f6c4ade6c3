"""The thread for screen readers: each message in sight is an object of its own, and no others are."""

import weakref
from typing import Final

from PySide6.QtCore import QObject, QRect
from PySide6.QtGui import QAccessible, QAccessibleInterface, QWindow
from PySide6.QtWidgets import QAccessibleWidget

from desktop_app.ui.chat.bubble_row import BubbleRow
from desktop_app.ui.chat.card_rows import CardRow, FooterRow
from desktop_app.ui.chat.coach_row import CoachRow
from desktop_app.ui.chat.items import Branch
from desktop_app.ui.chat.notice_row import NoticeRow
from desktop_app.ui.chat.rows import Row
from desktop_app.ui.chat.thread_surface import ThreadSurface

_LONGEST_NAME: Final = 20_000
# A screen reader may ask for an object by its number after the view is gone; Qt then calls one that must still be there
# to say that it is not valid any more.
_KEPT: Final["list[RowInSight]"] = []


class RowInSight(QAccessibleInterface):
    """The message that is at a place in sight, whichever it is at the moment.

    There are never more of these than messages fit into the view, and none is given up before the view is: Qt keeps
    pointers to them.
    """

    def __init__(self, thread: "ThreadAccessible", place: int) -> None:
        super().__init__()
        self._thread = thread
        self._place = place

    @property
    def place(self) -> int:
        """Which of those in sight it is, from the top."""
        return self._place

    def isValid(self) -> bool:
        return self._place < self._thread.childCount()

    def object(self) -> QObject | None:  # type: ignore[override]  # the stub leaves out that there may be none
        return None

    def window(self) -> QWindow | None:  # type: ignore[override]  # as above
        return self._thread.window()

    def parent(self) -> QAccessibleInterface:
        return self._thread

    def childCount(self) -> int:
        return 0

    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]  # noqa: ARG002
        return None

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:  # type: ignore[override]  # noqa: ARG002
        return None

    def indexOfChild(self, child: QAccessibleInterface) -> int:  # noqa: ARG002
        return -1

    def role(self) -> QAccessible.Role:
        return QAccessible.Role.ListItem

    def state(self) -> QAccessible.State:
        return QAccessible.State()

    def text(self, kind: QAccessible.Text) -> str:
        row = self._thread.row_in_sight(self._place)
        return spoken(row) if row is not None and kind is QAccessible.Text.Name else ""

    def setText(self, kind: QAccessible.Text, text: str) -> None:  # noqa: N802 - Qt's name
        """Nothing here can be written to."""

    def rect(self) -> QRect:
        return self._thread.rect_in_sight(self._place)


class ThreadAccessible(QAccessibleWidget):
    """The conversation as a list of what is in sight."""

    def __init__(self, view: ThreadSurface) -> None:
        super().__init__(view, QAccessible.Role.List, view.accessibleName())
        self._view = weakref.ref(view)
        self._children: list[RowInSight] = []

    def childCount(self) -> int:
        view = self._view()
        return 0 if view is None else len(view.rows_in_sight())

    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]  # none beyond the last
        if not 0 <= index < self.childCount():
            return None
        while len(self._children) <= index:
            self._children.append(RowInSight(self, len(self._children)))
            _KEPT.append(self._children[-1])
        return self._children[index]

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        return child.place if isinstance(child, RowInSight) else -1

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:  # type: ignore[override]
        for index in range(self.childCount()):
            if self.rect_in_sight(index).contains(x, y):
                return self.child(index)
        return None

    def row_in_sight(self, place: int) -> Row | None:
        """The row at a place in sight."""
        view = self._view()
        positions = [] if view is None else view.rows_in_sight()
        return view.column.rows[positions[place]] if view is not None and place < len(positions) else None

    def rect_in_sight(self, place: int) -> QRect:
        """Where on the screen the row at a place in sight is."""
        view = self._view()
        positions = [] if view is None else view.rows_in_sight()
        if view is None or place >= len(positions):
            return QRect()
        row = view.column.rows[positions[place]]
        top = view.column.top(positions[place]) + row.gap
        rect = view.view_rect(0, top, view.column.width, row.height - row.gap)
        return QRect(view.viewport().mapToGlobal(rect.topLeft()), rect.size())


def spoken(row: Row) -> str:
    """A row as it is read out: who speaks or what it is, then its text."""
    text = ""
    # Of a long text that is still being parsed there is nothing to read out yet.
    for unit in range(0 if isinstance(row, CoachRow) and row.holds_place else row.count()):
        text += row.gap_before(unit) + row.copied(unit, 0, None)
        if len(text) > _LONGEST_NAME:
            break
    return f"{_speaker(row)}{text[:_LONGEST_NAME]}"


def _speaker(row: Row) -> str:
    match row:
        case BubbleRow():
            files = "".join(f", with {file.name}" for file in row.item.attached)
            return f"You{_version(row.item.branch)}{files}: "
        case CoachRow():
            return "Coach: "
        case CardRow():
            return f"Change, {row.item.state.value}: "
        case NoticeRow():
            return "Notice: "
        case FooterRow() if row.item.branch is not None:
            return f"Reply{_version(row.item.branch)}: "
        case _:
            return ""


def _version(branch: Branch | None) -> str:
    return "" if branch is None else f", version {branch.number} of {branch.total}"


def _interface_for(_name: str, instance: QObject) -> QAccessibleInterface | None:
    return ThreadAccessible(instance) if isinstance(instance, ThreadSurface) else None


class _Installed:
    """Whether Qt knows how to make the interfaces; it asks every factory for every object, so one is enough."""

    done = False


def install() -> None:
    """Let Qt make these interfaces for threads; more calls change nothing."""
    if not _Installed.done:
        QAccessible.installFactory(_interface_for)
        _Installed.done = True
