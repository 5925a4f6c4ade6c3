"""What became of one field: words in a text, rows of a list, else the old value and the new one."""

from collections.abc import Iterator
from datetime import date
from html import escape
from typing import Final

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop_app.domain.goals import Milestone
from desktop_app.domain.revision_diff import FieldDiff, RowDiff, RowMark, row_words, value_words
from desktop_app.domain.revisions import FieldValue
from desktop_app.domain.text_diff import Mark, TextPiece
from desktop_app.ui.goals.dates import short_date, shown_date
from desktop_app.ui.theme.controls import push_button
from desktop_app.ui.theme.tokens import Tokens

_MOST_ROWS: Final = 40
_MOST_SAME: Final = 80
_MOST_CHANGED: Final = 4_000
_SIGNS: Final = {RowMark.ADDED: "+", RowMark.REMOVED: "−", RowMark.CHANGED: "~", RowMark.MOVED: "↕", RowMark.SAME: ""}
_SAID: Final = {
    RowMark.ADDED: "added",
    RowMark.REMOVED: "removed",
    RowMark.CHANGED: "changed",
    RowMark.MOVED: "moved",
    RowMark.SAME: "unchanged",
}


class DiffCard(QFrame):
    """One field. `restore_requested` gives its name."""

    restore_requested = Signal(str)

    def __init__(self, diff: FieldDiff, tokens: Tokens, today: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        self._field, self._today = diff.field, today
        name = QLabel(diff.label)
        name.setProperty("strong", "true")
        name.setProperty("role", "small")
        self.restore = push_button("Restore field", kind="link")
        self.restore.setObjectName("notice_action")
        self.restore.setAccessibleName(f"Restore field: {diff.label}")
        self.restore.clicked.connect(self._restore)
        head = QHBoxLayout()
        head.addWidget(name, 1)
        head.addWidget(self.restore)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 8, 12, 10)
        self._column.setSpacing(2)
        self._column.addLayout(head)
        if diff.pieces:
            self._column.addWidget(_text_label(diff.pieces, tokens))
        elif diff.rows:
            self._add_rows(diff.rows)
        else:
            self._add_row(RowMark.REMOVED, _value(diff.before), "")
            self._add_row(RowMark.ADDED, _value(diff.after), "")

    def _add_rows(self, rows: tuple[RowDiff, ...]) -> None:
        shown = _near_changes(rows)
        for row in shown[:_MOST_ROWS]:
            kept = row.after if row.after is not None else row.before
            if kept is None:
                continue
            words, aside = row_words(kept), self._aside(kept)
            if row.mark is RowMark.CHANGED and row.before is not None:
                words, aside = _changed_words(row, words), self._changed_aside(row, aside)
            self._add_row(row.mark, words, aside)
        if len(shown) > _MOST_ROWS:
            self._add_row(RowMark.SAME, f"and {len(shown) - _MOST_ROWS:,} more", "")

    def _aside(self, row: object) -> str:
        day = row.target_date if isinstance(row, Milestone) else None
        return short_date(day, self._today, QLocale()) if day is not None else ""

    def _changed_aside(self, row: RowDiff, aside: str) -> str:
        before = self._aside(row.before)
        return aside if before == aside else f"{before or 'none'} → {aside or 'none'}"

    def _add_row(self, mark: RowMark, words: str, aside: str) -> None:
        line = QFrame()
        line.setProperty("diff", mark.value)
        line.setAccessibleName(", ".join(part for part in (f"{_SAID[mark]}: {words}", aside) if part))
        sign, text, side = QLabel(_SIGNS[mark]), QLabel(words), QLabel(aside)
        sign.setFixedWidth(16)
        text.setTextFormat(Qt.TextFormat.PlainText)
        text.setWordWrap(True)
        text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        for label in (sign, text, side):
            label.setProperty("role", "small")
            if mark is RowMark.SAME:
                label.setProperty("tone", "quiet")
        row = QHBoxLayout(line)
        row.setContentsMargins(8, 2, 8, 2)
        row.setSpacing(4)
        row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(text, 1)
        row.addWidget(side, 0, Qt.AlignmentFlag.AlignTop)
        self._column.addWidget(line)

    def _restore(self) -> None:
        self.restore_requested.emit(self._field)


def _text_label(pieces: tuple[TextPiece, ...], tokens: Tokens) -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.RichText)
    label.setText("".join(_html(pieces, tokens)))
    label.setAccessibleName(" ".join(_spoken(pieces)))
    label.setProperty("role", "small")
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return label


def _html(pieces: tuple[TextPiece, ...], tokens: Tokens) -> Iterator[str]:
    looks = {
        Mark.REMOVED: f"background-color: {tokens.danger_tint}; color: {tokens.danger}; text-decoration: line-through",
        Mark.ADDED: f"background-color: {tokens.accent_tint}; color: {tokens.accent}",
        Mark.SAME: f"color: {tokens.text_2}",
    }
    for piece in pieces:
        text = escape(_shortened(piece)).replace("\n", "<br>")
        yield f'<span style="{looks[piece.mark]}">{text}</span>'


def _spoken(pieces: tuple[TextPiece, ...]) -> Iterator[str]:
    for piece in pieces:
        if piece.mark is not Mark.SAME:
            yield f"{piece.mark.value}: {_shortened(piece)};"


def _shortened(piece: TextPiece) -> str:
    """What did not change only as far as it tells the place; what did, as far as a person would read."""
    text = piece.text
    if piece.mark is not Mark.SAME:
        return text if len(text) <= _MOST_CHANGED else f"{text[:_MOST_CHANGED]}…"
    return text if len(text) <= 2 * _MOST_SAME else f"{text[:_MOST_SAME]} … {text[-_MOST_SAME:]}"


def _near_changes(rows: tuple[RowDiff, ...]) -> tuple[RowDiff, ...]:
    """The rows that changed, each with the one before and after it."""
    changed = [index for index, row in enumerate(rows) if row.mark is not RowMark.SAME]
    near = {beside for index in changed for beside in (index - 1, index, index + 1)}
    return tuple(row for index, row in enumerate(rows) if index in near)


def _changed_words(row: RowDiff, words: str) -> str:
    before, after = row.before, row.after
    if before is None or after is None:
        return words
    if row_words(before) != words:
        return f"{row_words(before)} → {words}"
    if isinstance(before, Milestone) and isinstance(after, Milestone) and before.is_done != after.is_done:
        return f"{words}: {'done' if after.is_done else 'open again'}"
    return words


def _value(value: FieldValue) -> str:
    if isinstance(value, date):
        return shown_date(value, QLocale())
    words = value_words(value).replace("_", " ")
    return words[:1].upper() + words[1:]
