"""A notice in the thread: what happened, what is safe, and buttons for what to do."""

import re
from math import ceil
from typing import Final

from PySide6.QtCore import QRectF

from desktop_app.ui.chat.card_rows import SingleRow, caption, inline, link_hots
from desktop_app.ui.chat.display import Box, Glyph, Hot, HotKind, Laid
from desktop_app.ui.chat.ink import Ink
from desktop_app.ui.chat.items import Action, NoticeItem, Tone
from desktop_app.ui.chat.printable import printable
from desktop_app.ui.chat.text_box import Setting, Span, TextBox
from desktop_app.ui.chat.units import BOLD, text_of
from desktop_app.ui.theme.theme import Weight
from desktop_app.ui.theme.tokens import BODY, SMALL, UI

_PAD: Final = 16
_TEXT_X: Final = 57
_GLYPH_PX: Final = 28
_BUTTON_PX: Final = 24
_BRACKETS: Final = re.compile(r" \([^()]*\)\Z")
_LONGEST: Final = 4000


class NoticeRow(SingleRow):
    """Loud ones have a tint and buttons, neutral ones are one line with links."""

    def __init__(self, item: NoticeItem, ink: Ink) -> None:
        super().__init__(item, ink)
        self.item = item
        self._guess = self.guess(0)

    @property
    def actions(self) -> tuple[Action, ...]:
        return self.item.actions

    def guess(self, unit: int) -> int:  # noqa: ARG002 - there is one
        if self.item.tone is Tone.NEUTRAL:
            return 46
        return 2 * 14 + 42 + (14 if self.item.progress is not None else 0) + (32 if self.item.actions else 0)

    def text(self, unit: int) -> str:  # noqa: ARG002
        title = text_of(inline(self.item.title)) if self.item.tone is Tone.NEUTRAL else printable(self.item.title)
        return f"{title}\n{self._body()}" if self.item.text else title

    def make(self, unit: int) -> Laid:  # noqa: ARG002
        return self._make_quiet() if self.item.tone is Tone.NEUTRAL else self._make_loud()

    def _body(self) -> str:
        return printable(self.item.text[:_LONGEST])

    def _make_quiet(self) -> Laid:
        laid = Laid(0)
        laid.hots, left = link_hots(self.ink, self.item.actions, self.width - 15, 23)
        laid.labels = [
            caption(self.ink, "·", SMALL, "text_3", hot.rect.right() + 6, hot.rect.top() + 1) for hot in laid.hots[:-1]
        ]
        spans = [Span(run.text, self.ink.format(UI, run.style & BOLD, "text")) for run in inline(self.item.title)]
        setting = Setting(self.ink.font(UI), UI.line_px)
        room = max(left - 16 - 51, 60)
        title = TextBox(spans or [Span("", self.ink.format(UI, 0, "text"))], setting, room, 51, 13)
        laid.texts.append(title)
        laid.height = title.height + 26
        if self.item.text:
            body = TextBox((Span(self._body(), self.ink.format(SMALL, 0, "text_2")),), setting, room, 51)
            body.y, body.start = 13 + title.height, title.length + 1
            laid.texts.append(body)
            laid.height += body.height
        laid.shapes = [
            Box(QRectF(0, 0, self.width, laid.height), "surface", "border", 10),
            Box(QRectF(11, 11, 24, 24), "sunken", "border", 6),
            Glyph(self.item.icon, "text_2", 15, 15),
        ]
        return laid

    def _make_loud(self) -> Laid:
        tone = self.item.tone.value
        laid = Laid(0)
        room = self.width - _TEXT_X - _PAD - 1
        y = self._add_texts(laid, room, tone)
        if self.item.progress is not None:
            y = self._add_progress(laid, room, y + 8)
        if self.item.actions:
            y = self._add_buttons(laid, y + 8)
        laid.height = y + 15
        laid.shapes = [
            Box(QRectF(0, 0, self.width, laid.height), f"{tone}_tint", f"{tone}_line", 10),
            Box(QRectF(_PAD + 1, 15, _GLYPH_PX, _GLYPH_PX), "surface", f"{tone}_line", 7),
            Glyph(self.item.icon, tone, _PAD + 7, 21),
            *laid.shapes,
        ]
        return laid

    def _add_texts(self, laid: Laid, room: int, tone: str) -> int:
        title_text = printable(self.item.title[:_LONGEST])
        brackets = _BRACKETS.search(title_text)
        cut = brackets.start() if brackets else len(title_text)
        spans = [Span(title_text[:cut], self.ink.format(BODY, BOLD, tone))]
        if brackets:
            spans.append(Span(title_text[cut:], self.ink.format(BODY, 0, "text_2")))
        title = TextBox(spans, Setting(self.ink.font(BODY), BODY.line_px), room, _TEXT_X, 14)
        laid.texts.append(title)
        y = 14 + title.height
        if self.item.text:
            body_spans = (Span(self._body(), self.ink.format(UI, 0, "text_2")),)
            body = TextBox(body_spans, Setting(self.ink.font(UI), UI.line_px), room, _TEXT_X, y, title.length + 1)
            laid.texts.append(body)
            y += body.height
        return y

    def _add_progress(self, laid: Laid, room: int, y: int) -> int:
        share = min(max(self.item.progress or 0.0, 0.0), 1.0)
        if self.item.progress_text:
            words = caption(self.ink, self.item.progress_text, SMALL, "text_2", 0, y - 7)
            words.x = _TEXT_X + room - ceil(words.natural_width)
            laid.labels.append(words)
            room -= ceil(words.natural_width) + 12
        laid.shapes.append(Box(QRectF(_TEXT_X, y, room, 4), "surface", radius=2))
        if share > 0:
            laid.shapes.append(Box(QRectF(_TEXT_X, y, max(room * share, 4), 4), self.item.tone.value, radius=2))
        return y + 4

    def _add_buttons(self, laid: Laid, y: int) -> int:
        links = [action for action in self.item.actions if action.is_link]
        laid.hots, right = link_hots(self.ink, links, self.width - _PAD - 1, y + _BUTTON_PX / 2)
        x = _TEXT_X
        buttons: list[Hot] = []
        for action in self.item.actions:
            if action.is_link:
                continue
            wide = ceil(self.ink.width(action.label, SMALL, Weight.MEDIUM)) + 18
            if x + wide > right and buttons:
                x, y = _TEXT_X, y + _BUTTON_PX + 6
            kind = HotKind.PRIMARY if action.is_primary else HotKind.BUTTON
            rect = QRectF(x, y, wide, _BUTTON_PX)
            buttons.append(Hot(kind, action.id, action.label, rect, enabled=action.enabled))
            x += wide + 8
        laid.hots = buttons + laid.hots
        return y + _BUTTON_PX
