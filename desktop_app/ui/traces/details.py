"""What one span holds: attributes, input, output, and the record as it is stored."""

import json
from typing import Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from desktop_app.tracing.records import SpanRecord, to_json
from desktop_app.ui.goals.history.segments import Segments
from desktop_app.ui.theme.controls import icon_button
from desktop_app.ui.theme.elided_label import ElidedLabel
from desktop_app.ui.theme.theme import Theme
from desktop_app.ui.theme.tokens import HEADER
from desktop_app.ui.traces.words import span_name

_LONGEST: Final = 200_000
_LEFT_OUT: Final = "(content was not kept)"
_PAGES: Final = ("Attributes", "Input", "Output", "Raw")


class SpanDetails(QFrame):
    """Shows one span as text that can be selected; `closed` asks for its pane to go."""

    closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("span_details")
        self.setProperty("surface", "canvas")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Details of the span")
        self._texts = dict.fromkeys(_PAGES, "")
        self.name = ElidedLabel()
        self.name.setProperty("strong", "true")
        self.pages = Segments("Show", _PAGES)
        self.pages.chosen.connect(self._show_page)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName("Attributes")
        self.text.setFont(theme.mono_font())
        copy = icon_button(theme, "copy", "Copy what is shown")
        copy.clicked.connect(self._copy)
        close = icon_button(theme, "x", "Close the details")
        close.clicked.connect(self.closed)
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.addWidget(self.name, 1)
        head.addWidget(copy)
        head.addWidget(close)
        self.name.setMinimumHeight(HEADER)
        note = QLabel("Keys and other secrets were removed before this was stored.")
        note.setProperty("role", "small")
        note.setProperty("tone", "quiet")
        note.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 0, 12, 12)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.pages)
        column.addWidget(self.text, 1)
        column.addWidget(note)

    def show_span(self, span: SpanRecord | None) -> None:
        """Show a span; None for nothing."""
        self.name.show_text(span_name(span) if span is not None else "")
        if span is None:
            self._texts = dict.fromkeys(_PAGES, "")
        else:
            raw = to_json(span)
            attributes = {name: value for name, value in raw.items() if name not in {"input", "output"}}
            self._texts = {
                "Attributes": _facts(attributes),
                "Input": _content(raw.get("input")),
                "Output": _content(raw.get("output")),
                "Raw": _json(raw),
            }
        self._show_page()

    def _show_page(self) -> None:
        page = _PAGES[self.pages.current]
        self.text.setAccessibleName(page)
        self.text.setPlainText(self._texts[page])

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._texts[_PAGES[self.pages.current]])


def _facts(value: dict[str, Any], before: str = "") -> str:
    """The attributes one a line, those within others by their way to them."""
    lines: list[str] = []
    for name, item in value.items():
        way = f"{before}{name}"
        if isinstance(item, dict) and item:
            lines.append(_facts(item, f"{way}."))
        elif isinstance(item, list) and item:
            lines.append(f"{way}  {json.dumps(item, ensure_ascii=False)}")
        elif item not in (None, {}, []):
            lines.append(f"{way}  {item}")
    return "\n".join(line for line in lines if line)


def _content(value: object) -> str:
    if value is None:
        return _LEFT_OUT
    return _cut(value) if isinstance(value, str) else _json(value)


def _json(value: object) -> str:
    return _cut(json.dumps(value, ensure_ascii=False, indent=2))


def _cut(text: str) -> str:
    if len(text) <= _LONGEST:
        return text
    return f"{text[:_LONGEST]}\n… {len(text) - _LONGEST:,} more characters; export the trace to have all."
