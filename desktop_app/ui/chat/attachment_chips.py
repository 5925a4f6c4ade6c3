"""What is attached to the message in the box: a chip for each file, with a way to take it off."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from desktop_app.ui.chat.printable import printable
from desktop_app.ui.goals.flow_layout import FlowLayout
from desktop_app.ui.theme.controls import icon_button
from desktop_app.ui.theme.theme import Theme

if TYPE_CHECKING:
    from desktop_app.ui.chat.items import Attached

_WIDEST_NAME_PX = 220


class AttachmentChips(QWidget):
    """Hidden while nothing is attached."""

    removed = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._chips: list[QFrame] = []
        self._flow = FlowLayout(self, 6)
        self.hide()

    def show_items(self, items: "Sequence[Attached]") -> None:
        """Show these and nothing else."""
        for chip in self._chips:
            self._flow.removeWidget(chip)
            chip.deleteLater()
        self._chips = [self._chip(index, item) for index, item in enumerate(items)]
        for index, chip in enumerate(self._chips):
            self._flow.insert_widget(index, chip)
            chip.show()
        self.setVisible(bool(items))
        self.updateGeometry()

    def _chip(self, index: int, item: "Attached") -> QFrame:
        chip = QFrame(self)
        chip.setProperty("kind", "card")
        name = printable(item.name)
        chip.setAccessibleName(f"Attached: {name}, {item.size_text}")
        picture = QLabel()
        picture.setPixmap(self._theme.pixmap("image" if item.is_image else "file-text", dpr=self.devicePixelRatioF()))
        words = QLabel()
        words.setTextFormat(Qt.TextFormat.PlainText)
        words.setProperty("role", "small")
        shown = words.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, _WIDEST_NAME_PX)
        words.setText(f"{shown}  {item.size_text}")
        words.setToolTip(name.replace("&", "&amp;").replace("<", "&lt;"))
        remove = icon_button(self._theme, "x", f"Take {name} off", scale="small")
        remove.clicked.connect(partial(self._remove, index))
        row = QHBoxLayout(chip)
        row.setContentsMargins(8, 2, 4, 2)
        row.setSpacing(6)
        for widget in (picture, words, remove):
            row.addWidget(widget)
        return chip

    def _remove(self, index: int, _checked: bool = False) -> None:
        self.removed.emit(index)
