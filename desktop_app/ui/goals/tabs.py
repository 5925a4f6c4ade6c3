"""The tabs over plan and milestones, with a count and a dot for what the coach changed."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QHBoxLayout, QWidget

from desktop_app.ui.theme.theme import Theme, Weight
from desktop_app.ui.theme.tokens import CAPTION, UI, TextSize

_HEIGHT = 36
_GAP = 6
_DOT = 6
_WIDE_GAP = 20
_NARROW_GAP = 9


class Tab(QAbstractButton):
    """One tab: its name, a count in small figures, a dot, and a line under it when it is open."""

    def __init__(self, name: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(name)
        self.setAccessibleName(name)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._theme, self._count, self._has_dot = theme, "", False
        theme.changed.connect(self.update)

    @property
    def has_dot(self) -> bool:
        """Whether it says that something behind it is new."""
        return self._has_dot

    def show_count(self, count: int | None) -> None:
        """Show how many things are behind it; None shows no figure."""
        self._count = "" if count is None else str(count)
        self._describe()

    def show_dot(self, shows: bool) -> None:
        """Mark it as changed, or not."""
        self._has_dot = shows
        self._describe()

    def sizeHint(self) -> QSize:
        """Its words, figure and dot."""
        return QSize(round(self._name_width() + self._extra_width()) + 2, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Its words and dot, which are never cut; where there is no room its figure is left out."""
        dot = _GAP + _DOT if self._has_dot else 0
        return QSize(round(self._name_width()) + dot + 2, _HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw from the leading edge."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = self._theme.tokens
        is_lit = self.isChecked() or self.underMouse()
        area = QRectF(self.rect()).adjusted(0, 0, 0, -2)
        painter.setFont(self._theme.font(UI, Weight.MEDIUM))
        painter.setPen(self._theme.color("text" if is_lit else "text_2"))
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text())
        x = self._name_width() + _GAP
        dot = _GAP + _DOT if self._has_dot else 0
        if self._count and self.width() >= x + self._count_width() + dot:
            painter.setFont(self._theme.font(CAPTION, Weight.MEDIUM))
            painter.setPen(self._theme.color("text_3"))
            painter.drawText(area.adjusted(x, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self._count)
            x += self._count_width() + _GAP
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("accent"))
        if self._has_dot:
            painter.drawEllipse(QRectF(x, area.center().y() - _DOT / 2, _DOT, _DOT))
        if self.isChecked():
            painter.drawRect(QRectF(0, self.height() - 2, self.width(), 2))
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            pen = painter.pen()
            pen.setStyle(Qt.PenStyle.SolidLine)
            pen.setColor(tokens.accent)
            pen.setWidth(2)
            painter.setPen(pen)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 4, -1, -5), 5, 5)

    def _describe(self) -> None:
        parts = [self.text(), self._count, "changed by the coach" if self._has_dot else ""]
        self.setAccessibleName(", ".join(part for part in parts if part))
        self.updateGeometry()
        self.update()

    def _name_width(self) -> float:
        return _advance(self._theme, UI, self.text())

    def _count_width(self) -> float:
        return _advance(self._theme, CAPTION, self._count)

    def _extra_width(self) -> float:
        count = _GAP + self._count_width() if self._count else 0.0
        return count + (_GAP + _DOT if self._has_dot else 0.0)


class TabRow(QFrame):
    """The tabs in a row over a line; arrow keys go from one to the next."""

    opened = Signal(int)

    def __init__(self, names: Sequence[str], theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("tab_row")
        self.tabs = [Tab(name, theme, self) for name in names]
        layout = self._row = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(_WIDE_GAP)
        for tab in self.tabs:
            layout.addWidget(tab)
        layout.addStretch(1)
        self.tabs[0].setChecked(True)
        for tab in self.tabs:
            # A screen reader toggles, which is no click.
            tab.toggled.connect(self._note)

    @property
    def current(self) -> int:
        """Which tab is open, from 0."""
        return next(index for index, tab in enumerate(self.tabs) if tab.isChecked())

    def open(self, index: int) -> None:
        """Open a tab and tell so."""
        if self.tabs[index].isChecked():
            self.opened.emit(index)
        else:
            self.tabs[index].setChecked(True)

    def minimumSizeHint(self) -> QSize:
        """All names with a narrow gap between them."""
        shown = [tab for tab in self.tabs if not tab.isHidden()]
        width = sum(tab.minimumSizeHint().width() for tab in shown) + _NARROW_GAP * (len(shown) - 1)
        return QSize(width, _HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stand as far apart as there is room."""
        super().resizeEvent(event)
        shown = [tab for tab in self.tabs if not tab.isHidden()]
        room = self.width() - sum(tab.sizeHint().width() for tab in shown)
        self._row.setSpacing(min(max(room // max(len(shown), 1), _NARROW_GAP), _WIDE_GAP))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right open the tab beside."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        self.open((self.current + step) % len(self.tabs))
        self.tabs[self.current].setFocus(Qt.FocusReason.TabFocusReason)

    def _note(self, is_open: bool) -> None:
        if is_open:
            self.opened.emit(self.current)


def _advance(theme: Theme, size: TextSize, text: str) -> float:
    return QFontMetricsF(theme.font(size, Weight.MEDIUM)).horizontalAdvance(text)
