"""What models cost: list prices, and the person's own, which are typed here; newer list prices come when asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QHeaderView, QLabel, QLineEdit, QVBoxLayout, QWidget

from desktop_app.domain.providers import ModelChoice
from desktop_app.ui.theme.controls import push_button
from desktop_app.ui.theme.stylesheet import restyle
from desktop_app.ui.theme.theme import Theme
from desktop_app.ui.usage.usage_table import UsageTable

_WIDTH: Final = 760
_HEIGHT: Final = 640
_PRICE_PX: Final = 84
_FROM_PX: Final = 156
_FIELD_PX: Final = 92
_HEADERS: Final = ("Model", "Input", "Cached", "Cache write", "Output", "From")
FIELDS: Final = ("Input", "Cached", "Cache write", "Output")
_INTRO: Final = (
    "US dollars for a million tokens. Your own price counts in place of the list price, from the next call on; "
    "clear it to go back."
)


@dataclass(frozen=True, slots=True)
class PriceRow:
    """A model: how it is called, its prices in the order of `FIELDS` (empty where not known), where they are from."""

    choice: ModelChoice
    name: str
    prices: tuple[str, str, str, str]
    origin: str
    is_own: bool = False


class PricesDialog(QDialog):
    """Says what was typed and asked for; it keeps and fetches nothing itself."""

    save_requested = Signal(ModelChoice, tuple)  # the texts in the order of FIELDS
    remove_requested = Signal(ModelChoice)
    fetch_requested = Signal()
    bundled_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle("Prices")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._rows: Sequence[PriceRow] = ()
        self._is_fixed = False
        self.table = UsageTable(theme, "Prices of models", _HEADERS)
        self.model = QLineEdit()
        self.fields = {name: QLineEdit() for name in FIELDS}
        self.outcome = _words("quiet")
        self._list = _words("secondary")
        self.save = push_button("Save price", "primary")
        self.remove = push_button("Clear your price", "danger")
        self.fetch = push_button("Get newer list prices")
        self.bundled = push_button("Use those that came with GoalGetter")
        self._close = push_button("Close")
        self._dress()
        self._lay_out()
        self._connect()
        self._look()

    def show_prices(self, rows: Sequence[PriceRow], fixed: str) -> None:
        """Show what models cost; `fixed` says where own prices are set outside, empty where they can be changed."""
        shown = self._choice()
        self._rows, self._is_fixed = rows, bool(fixed)
        other = 0 if rows and not self.model.isModified() else -1
        place = next((index for index, row in enumerate(rows) if row.choice == shown), other)
        with QSignalBlocker(self.table):
            self.table.setRowCount(0)
            for row in rows:
                cells = (row.name, *(price or "–" for price in row.prices), row.origin)
                self.table.add_row(cells, row.choice.provider)
            self.table.setCurrentCell(place, 0)
        if not any(field.isModified() for field in (self.model, *self.fields.values())):
            self._fill_form(place)
        if fixed:
            self.tell(f"Your own prices are set by {fixed}, which is stronger. Change them there.", is_wrong=False)
        self._look()

    def choose(self, choice: ModelChoice) -> None:
        """Let the price of this model be typed."""
        self.model.setText(f"{choice.provider}/{choice.model}")
        self.model.setModified(True)  # as if it had been typed: what is shown later leaves it
        place = next((index for index, row in enumerate(self._rows) if row.choice == choice), -1)
        if place >= 0:
            self.table.setCurrentCell(place, 0)
        self.fields["Input"].setFocus(Qt.FocusReason.OtherFocusReason)

    def show_list(self, words: str, *, is_fetched: bool) -> None:
        """Say which list prices are in use."""
        self._list.setText(words)
        self.bundled.setVisible(is_fetched)

    def set_busy(self, *, is_busy: bool) -> None:
        """Newer prices are on their way, or came."""
        self.fetch.setEnabled(not is_busy)
        self.fetch.setText("Fetching…" if is_busy else "Get newer list prices")

    def tell(self, words: str, *, is_wrong: bool) -> None:
        """Say what became of what was asked; a screen reader says it too."""
        self.outcome.setText(words)
        self.outcome.setProperty("tone", "danger" if is_wrong else "quiet")
        restyle(self.outcome)
        if words:
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.outcome, words))

    def _dress(self) -> None:
        self.resize(_WIDTH, _HEIGHT)
        header = self.table.horizontalHeader()
        for column in range(1, len(_HEADERS)):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            header.resizeSection(column, _PRICE_PX if column < len(_HEADERS) - 1 else _FROM_PX)
        self.model.setAccessibleName("Model, as provider/model")
        self.model.setPlaceholderText("provider/model, such as openai/gpt-5-mini")
        for name, field in self.fields.items():
            field.setAccessibleName(f"{name}, in US dollars for a million tokens")
            field.setFixedWidth(_FIELD_PX)
            field.setPlaceholderText("unknown" if name in {"Input", "Output"} else "as input")
        self.fetch.setToolTip("Asks the public list of genai-prices on GitHub. Nothing about you or your use is sent.")
        self.fetch.setAccessibleDescription(self.fetch.toolTip())
        for button in (self.save, self.remove, self.fetch, self.bundled, self._close):
            button.setAutoDefault(False)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(10)
        title = QLabel("Prices")
        title.setProperty("role", "title")
        column.addWidget(title)
        intro = _words("secondary")
        intro.setText(_INTRO)
        column.addWidget(intro)
        column.addWidget(self.table, 1)
        column.addLayout(self._form())
        column.addWidget(self.outcome)
        line = QWidget()
        line.setFixedHeight(4)
        column.addWidget(line)
        column.addWidget(self._list)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        for button in (self.fetch, self.bundled):
            foot.addWidget(button)
        foot.addStretch(1)
        foot.addWidget(self._close)
        column.addLayout(foot)

    def _form(self) -> QGridLayout:
        form = QGridLayout()
        form.setHorizontalSpacing(8)
        form.setVerticalSpacing(4)
        widgets = {"Model": self.model, **self.fields}
        for place, (name, field) in enumerate(widgets.items()):
            label = QLabel(name)
            label.setProperty("role", "small")
            label.setProperty("tone", "secondary")
            label.setBuddy(field)
            form.addWidget(label, 0, place)
            form.addWidget(field, 1, place)
        form.setColumnStretch(0, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(self.remove)
        buttons.addWidget(self.save)
        form.addLayout(buttons, 2, 0, 1, len(widgets))
        return form

    def _connect(self) -> None:
        self.table.currentCellChanged.connect(self._choose)
        self.model.textChanged.connect(self._look)
        for field in (self.model, *self.fields.values()):
            field.returnPressed.connect(self._save)
        self.save.clicked.connect(self._save)
        self.remove.clicked.connect(self._remove)
        self.fetch.clicked.connect(self.fetch_requested)
        self.bundled.clicked.connect(self.bundled_requested)
        self._close.clicked.connect(self.reject)

    def _fill_form(self, row: int) -> None:
        """Another model is chosen in the table: what it costs can be changed."""
        if not 0 <= row < len(self._rows):
            return
        chosen = self._rows[row]
        self.model.setText(f"{chosen.choice.provider}/{chosen.choice.model}")
        for field, price in zip(self.fields.values(), chosen.prices, strict=True):
            field.setText(price)

    def _choose(self, row: int, *_: int) -> None:
        self._fill_form(row)
        self.tell("", is_wrong=False)

    def _choice(self) -> ModelChoice:
        provider, _, model = self.model.text().strip().partition("/")
        return ModelChoice(provider.strip(), model.strip())

    def _look(self) -> None:
        choice = self._choice()
        is_own = any(row.is_own for row in self._rows if row.choice == choice)
        self.remove.setEnabled(is_own and not self._is_fixed)
        self.save.setEnabled(bool(choice.model) and not self._is_fixed)
        for field in self.fields.values():
            field.setEnabled(not self._is_fixed)

    def _save(self) -> None:
        if self.save.isEnabled():
            self._forget_typing()
            self.save_requested.emit(self._choice(), tuple(field.text() for field in self.fields.values()))

    def _remove(self) -> None:
        self._forget_typing()
        self.remove_requested.emit(self._choice())

    def _forget_typing(self) -> None:
        """What is kept now may be filled in; what was refused stands until it is mended."""
        for field in (self.model, *self.fields.values()):
            field.setModified(False)


def _words(tone: str) -> QLabel:
    label = QLabel()
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("tone", tone)
    return label
