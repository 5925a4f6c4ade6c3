"""The list that a model of a comparison is chosen from."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QPoint, Qt

from desktop_app.domain.providers import ModelChoice
from desktop_app.services.models import ModelDirectory
from desktop_app.ui.models.model_pill import ModelPill
from desktop_app.ui.theme.controls import menu


def open_model_menu(
    pill: ModelPill,
    choices: Sequence[ModelChoice],
    chosen: ModelChoice | None,
    models: ModelDirectory,
    choose: Callable[[ModelChoice], None],
) -> None:
    """Offer `choices` below the pill, the one that is `chosen` marked."""
    offered = menu(pill)
    offered.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for choice in choices:
        action = offered.addAction(models.name_of(choice.provider, choice.model).replace("&", "&&"))
        action.setCheckable(True)
        action.setChecked(choice == chosen)
        action.triggered.connect(partial(_run, choose, choice))
    offered.popup(pill.mapToGlobal(QPoint(0, pill.height() + 4)))


def _run(choose: Callable[[ModelChoice], None], choice: ModelChoice, _checked: bool = False) -> None:
    choose(choice)
