"""Fills the two panels: choices, answers that come in, answers that were stored, and how often each model won."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Final

from desktop_app.domain.comparisons import ModelWins, Side
from desktop_app.domain.messages import Message
from desktop_app.domain.providers import ModelChoice
from desktop_app.services.models import ModelDirectory
from desktop_app.ui.chat.failure_notices import Offers
from desktop_app.ui.chat.items import YouItem
from desktop_app.ui.chat.message_items import Revisions, attached_item, message_items
from desktop_app.ui.compare.answer import IncomingAnswer, ended_words
from desktop_app.ui.compare.compare_view import CompareView
from desktop_app.ui.compare.figures import Figures, figures_of

KEEP: Final = "Keep this answer"
KEEP_SOON: Final = "Kept when it is done"
_ADVICE: Final = "Write your message below: both models answer it, and you keep the better answer."
_HELD: Final = "What they would do to your goals is only done when you keep an answer."
_NO_SECOND: Final = "There is no second model to compare with yet. Set one up in the list of models (Ctrl+M)."


class AnswerBoard:
    """Knows which model stands on which side."""

    def __init__(self, view: CompareView, models: ModelDirectory, today: Callable[[], date]) -> None:
        self._view = view
        self._models = models
        self._today = today
        self._shown: dict[Side, ModelChoice | None] = dict.fromkeys(Side)
        self._status: dict[Side, str] = dict.fromkeys(Side, "")
        self._wins: Sequence[ModelWins] = ()

    def clear(self) -> None:
        """Show no question and no answers."""
        self._view.show_question(None)
        for side, panel in self._view.panels.items():
            panel.thread_view.set_items(())
            panel.figures.show_figures(Figures())
            panel.set_advice("")
            panel.set_keep(KEEP, enabled=False)
            self._show_status(side, "")

    def show_providers(self) -> None:
        """Show how the providers are doing."""
        for panel in self._view.panels.values():
            panel.pill.set_providers(self._models.entries)

    def show_wins(self, wins: Sequence[ModelWins]) -> None:
        """Show how often the answers of these models were kept."""
        self._wins = wins
        for side, words in self._status.items():
            self._show_status(side, words)

    def show_choice(self, side: Side, choice: ModelChoice | None, *, can_choose: bool) -> None:
        """Show which model will be asked; `can_choose` tells that there is one to choose."""
        self._show_model(side, choice, can_choose=can_choose)
        advice = _ADVICE if side is Side.FIRST else _HELD
        self._view.panels[side].set_advice(advice if choice is not None or can_choose else _NO_SECOND)
        self._show_status(side, "")

    def show_question(self, question: Message) -> None:
        """Show what was asked."""
        attached = tuple(attached_item(part) for part in question.attachments)
        self._view.show_question(YouItem(0, question.text, attached=attached))

    def show_stored(self, side: Side, message: Message, offers: Offers) -> None:
        """Show an answer that has ended."""
        self._show_model_of(side, message)
        panel = self._view.panels[side]
        name = self._models.name_of(message.provider, message.model)
        panel.thread_view.set_items(())
        for item in message_items(0, message, Revisions({}), name, self._today(), offers):
            panel.rows.append_item(item)
        panel.figures.show_figures(figures_of(message.usage))
        panel.set_keep(KEEP, enabled=True)
        self._show_status(side, ended_words(message))

    def show_incoming(self, side: Side, answer: IncomingAnswer, *, is_wanted: bool) -> None:
        """Show an answer that comes in, and let it come in here from now on."""
        self._show_model_of(side, answer.message)
        panel = self._view.panels[side]
        panel.thread_view.set_items(())
        answer.live.attach(panel.rows)
        self.show_progress(side, answer, is_wanted=is_wanted)

    def show_progress(self, side: Side, answer: IncomingAnswer, *, is_wanted: bool) -> None:
        """Show how far an answer is, and what it took so far."""
        panel = self._view.panels[side]
        panel.figures.show_figures(answer.figures)
        panel.set_keep(KEEP_SOON if is_wanted else KEEP, enabled=answer.can_be_kept)
        self._show_status(side, answer.status)

    def _show_model_of(self, side: Side, message: Message) -> None:
        known = message.provider is not None and message.model is not None
        self._show_model(side, ModelChoice(message.provider or "", message.model or "") if known else None)

    def _show_model(self, side: Side, choice: ModelChoice | None, *, can_choose: bool = False) -> None:
        self._shown[side] = choice
        panel = self._view.panels[side]
        panel.pill.set_choice(choice)
        panel.pill.setEnabled(can_choose)
        panel.pill.show_choice()
        panel.set_model_name(self._models.name_of(choice.provider, choice.model) if choice else "no model yet")

    def _show_status(self, side: Side, words: str) -> None:
        self._status[side] = words
        won = next((one for one in self._wins if one.model == self._shown[side]), None)
        times = f"Kept in {won.wins} of {won.decided} comparisons" if won and won.decided else ""
        self._view.panels[side].set_status(words, times)
