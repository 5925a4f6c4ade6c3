"""The history of the open goal: a filter, the revisions, and what the chosen one changed."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from desktop_app.domain.ids import ConversationId, RevisionId
from desktop_app.domain.revision_diff import FieldDiff
from desktop_app.domain.revisions import AuthorKind, Revision
from desktop_app.ui.goals.history.diff_card import DiffCard
from desktop_app.ui.goals.history.revision_list import RevisionList
from desktop_app.ui.goals.history.segments import Segments
from desktop_app.ui.goals.history.words import NameOf, moment_words
from desktop_app.ui.theme.controls import push_button
from desktop_app.ui.theme.theme import Theme

_HANDS: Final = (None, AuthorKind.COACH, AuthorKind.YOU)


class HistoryView(QFrame):
    """Shows what it is given. `diff_requested` comes when another revision or way of comparing was chosen."""

    diff_requested = Signal()
    field_restore_requested = Signal(str)
    restore_requested = Signal()
    undo_requested = Signal()
    chat_requested = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("history")
        self.setAccessibleName("History")
        self._theme = theme
        self._revisions: tuple[Revision, ...] = ()
        self._chosen: Revision | None = None
        self._today = date.min
        self.filter = Segments("Changes by", ("All", "Coach", "You"))
        self.filter.chosen.connect(self._show_list)
        self.list = RevisionList(theme)
        self.list.chosen.connect(self._choose)
        self.mode = Segments("Compare", ("Change", "Since then"))
        self.mode.chosen.connect(self.diff_requested)
        self.empty = QLabel("No changes yet.")
        self.empty.setProperty("tone", "quiet")
        self.title, self.chat = QLabel("History"), push_button("Open the chat", kind="link")
        self.title.setProperty("strong", "true")
        self.chat.clicked.connect(self._open_chat)
        self.when = QLabel()
        self.when.setProperty("strong", "true")
        self.restore = push_button("Restore this version", kind="primary")
        self.restore.clicked.connect(self.restore_requested)
        self.undo = push_button("Undo only this change")
        self.undo.clicked.connect(self.undo_requested)
        self._arrange()
        self.show_revisions((), date.min)

    @property
    def chosen(self) -> Revision | None:
        """The revision that is looked at."""
        return self._chosen

    @property
    def compares_with_now(self) -> bool:
        """Whether what came since is asked for, in place of what the revision did."""
        return self.mode.current == 1

    def name_models(self, name_of: NameOf) -> None:
        """Call models as `name_of` does from provider and id."""
        self.list.name_of = name_of

    def show_revisions(self, revisions: Sequence[Revision], today: date) -> None:
        """List these, newest first; the one that is looked at stays, where it is among them."""
        self._revisions, self._today = tuple(revisions), today
        if not self.isVisible():
            self._chosen = None
        self._show_list()

    def choose(self, revision_id: RevisionId) -> None:
        """Look at one revision, whatever the filter is."""
        if all(revision.id != revision_id for revision in self._filtered()):
            self.filter.choose(0)
        self.mode.choose(0)
        self.list.show_revisions(self._filtered(), self._today, revision_id)

    def show_diff(self, diffs: Sequence[FieldDiff]) -> None:
        """Show what changed, field by field."""
        body = QWidget()
        body.setObjectName("history_body")
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        for diff in diffs:
            card = DiffCard(diff, self._theme.tokens, self._today)
            card.restore_requested.connect(self.field_restore_requested)
            card.restore.setVisible(not (self._is_creation and not self.compares_with_now))
            column.addWidget(card)
        if not diffs:
            column.addWidget(_quiet("Nothing changed since then." if self.compares_with_now else "Nothing to show."))
        column.addStretch(1)
        self._cards.setWidget(body)

    @property
    def _is_creation(self) -> bool:
        return self._chosen is not None and self._chosen.created

    def _filtered(self) -> tuple[Revision, ...]:
        hand = _HANDS[self.filter.current]
        return tuple(revision for revision in self._revisions if hand in {None, revision.author.kind})

    def _show_list(self) -> None:
        shown = self._filtered()
        self.list.show_revisions(shown, self._today, self._chosen.id if self._chosen else None)
        self.empty.setVisible(not shown)
        self.list.setVisible(bool(shown))
        self.list.setMaximumHeight(self.list.sizeHint().height())

    def _choose(self, revision: Revision | None) -> None:
        self._chosen = revision
        self._details.setVisible(revision is not None)
        if revision is None:
            return
        self.when.setText(f"{'Created' if revision.created else 'Changed'} {self._moment(revision)}")
        conversation = revision.author.conversation_id
        self.chat.setVisible(conversation is not None)
        self.undo.setText("Undo only this change" if not revision.created else "Archive the goal")
        is_newest = bool(self._revisions) and revision.id == self._revisions[0].id
        self.restore.setEnabled(not is_newest)
        self.restore.setToolTip("The goal is as this version left it." if is_newest else "")
        self.diff_requested.emit()

    def _moment(self, revision: Revision) -> str:
        return moment_words(revision.at, self._today, QLocale())

    def _open_chat(self) -> None:
        conversation: ConversationId | None = self._chosen.author.conversation_id if self._chosen else None
        if conversation is not None:
            self.chat_requested.emit(int(conversation))

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.title)
        head.addStretch(1)
        head.addWidget(self.filter)
        self._cards = QScrollArea()
        self._cards.setObjectName("history_cards")
        self._cards.setWidgetResizable(True)
        self._cards.setFrameShape(QFrame.Shape.NoFrame)
        self._cards.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._cards.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._cards.setAccessibleName("What changed")
        self._details = QWidget()
        details = QVBoxLayout(self._details)
        details.setContentsMargins(0, 0, 0, 0)
        details.setSpacing(10)
        details.addLayout(self._details_head())
        details.addWidget(self._cards, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.restore)
        buttons.addWidget(self.undo)
        buttons.addStretch(1)
        details.addLayout(buttons)
        details.addWidget(_quiet("Restoring adds a new revision. Nothing is lost."))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        self.title.hide()
        column.addLayout(head)
        column.addWidget(self.empty)
        column.addWidget(self.list)
        column.addWidget(self._details, 1)
        column.addStretch(0)

    def _details_head(self) -> QHBoxLayout:
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.when)
        words.addWidget(self.chat, 0, Qt.AlignmentFlag.AlignLeft)
        row = QHBoxLayout()
        row.addLayout(words, 1)
        row.addWidget(self.mode, 0, Qt.AlignmentFlag.AlignTop)
        return row


def _quiet(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("tone", "quiet")
    label.setProperty("role", "small")
    label.setWordWrap(True)
    return label
