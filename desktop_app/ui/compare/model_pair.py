"""Which two models are to be asked: proposed first, then chosen above each column."""

from functools import partial

from desktop_app.domain.comparisons import Side
from desktop_app.domain.providers import ModelChoice
from desktop_app.services.models import ModelDirectory
from desktop_app.ui.compare.answer_board import AnswerBoard
from desktop_app.ui.compare.model_menu import open_model_menu
from desktop_app.ui.models.choices import answering_models
from desktop_app.ui.models.model_pill import ModelPill


class ModelPair:
    """Two models that are never the same; None where there is none to choose."""

    def __init__(self, models: ModelDirectory) -> None:
        self._models = models
        self._choices: dict[Side, ModelChoice | None] = dict.fromkeys(Side)

    @property
    def both(self) -> tuple[ModelChoice, ModelChoice] | None:
        """The two, once there are two."""
        first, second = self._choices[Side.FIRST], self._choices[Side.SECOND]
        return (first, second) if first is not None and second is not None else None

    def propose(self) -> None:
        """The model that answers now, and the second of last time, else one of another provider where there is one."""
        first = self._models.choice
        self._choices[Side.FIRST] = first
        others = self._others(Side.SECOND)
        if self._choices[Side.SECOND] not in others:
            elsewhere = (choice for choice in others if first is None or choice.provider != first.provider)
            self._choices[Side.SECOND] = next(elsewhere, others[0] if others else None)

    def show(self, board: AnswerBoard) -> None:
        """Show both, each with whether there is another one to choose."""
        for side, choice in self._choices.items():
            board.show_choice(side, choice, can_choose=bool(self._others(side)))

    def offer(self, side: Side, pill: ModelPill, board: AnswerBoard) -> None:
        """Let the person choose the model of one side."""
        choose = partial(self._choose, side, board)
        open_model_menu(pill, self._others(side), self._choices[side], self._models, choose)

    def _others(self, side: Side) -> list[ModelChoice]:
        return [choice for choice in answering_models(self._models) if choice != self._choices[side.other]]

    def _choose(self, side: Side, board: AnswerBoard, choice: ModelChoice) -> None:
        self._choices[side] = choice
        self.show(board)
