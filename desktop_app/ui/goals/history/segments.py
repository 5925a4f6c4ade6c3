"""A small row of choices of which one is on."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from desktop_app.ui.theme.controls import push_button


class Segments(QFrame):
    """`chosen` gives the place of what the person chose, from 0; the first is on at the beginning."""

    chosen = Signal(int)

    def __init__(self, name: str, words: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "segments")
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.buttons = [push_button(word, kind="segment") for word in words]
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2, 2, 2, 2)
        layout.setSpacing(0)
        for button in self.buttons:
            button.setCheckable(True)
            button.setAutoExclusive(True)
            button.setAccessibleName(f"{name}: {button.text()}")
            layout.addWidget(button)
        self.buttons[0].setChecked(True)
        self._tells = True
        for button in self.buttons:
            # A screen reader toggles, which is no click.
            button.toggled.connect(self._note)

    @property
    def current(self) -> int:
        """Which one is on, from 0."""
        return next(index for index, button in enumerate(self.buttons) if button.isChecked())

    def choose(self, index: int) -> None:
        """Turn one on without telling."""
        self._tells = False
        self.buttons[index].setChecked(True)
        self._tells = True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right choose the one beside."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        button = self.buttons[(self.current + step) % len(self.buttons)]
        button.setFocus(Qt.FocusReason.TabFocusReason)
        button.click()

    def _note(self, is_on: bool) -> None:
        if is_on and self._tells:
            self.chosen.emit(self.current)
