"""The menu that says which model is to answer again."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QWidget

from desktop_app.domain.messages import Message
from desktop_app.domain.providers import ModelChoice
from desktop_app.services.models import ModelDirectory
from desktop_app.ui.models.choices import answering_models
from desktop_app.ui.theme.controls import menu


def open_retry_menu(
    parent: QWidget, at: QPoint, models: ModelDirectory, message: Message, retry: Callable[[ModelChoice], None]
) -> None:
    """Offer the model that wrote `message`, the one that is chosen, and every other that can answer now."""
    choices = menu(parent)
    choices.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    same = ModelChoice(message.provider, message.model) if message.provider and message.model else None
    first = [choice for choice in (same, models.choice) if choice is not None]
    for choice in dict.fromkeys(first):
        _offer(choices, models, choice, retry)
    others = choices.addMenu("Another model")
    _fill(others, models, set(first), retry)
    others.setEnabled(not others.isEmpty())
    choices.popup(at)


def _fill(others: QMenu, models: ModelDirectory, known: set[ModelChoice], retry: Callable[[ModelChoice], None]) -> None:
    for choice in answering_models(models):
        if choice not in known:
            _offer(others, models, choice, retry)


def _offer(into: QMenu, models: ModelDirectory, choice: ModelChoice, retry: Callable[[ModelChoice], None]) -> None:
    name = models.name_of(choice.provider, choice.model).replace("&", "&&")
    action = into.addAction(f"Answer again with {name}" if not isinstance(into.parent(), QMenu) else name)
    action.triggered.connect(partial(_run, retry, choice))


def _run(retry: Callable[[ModelChoice], None], choice: ModelChoice, _checked: bool = False) -> None:
    retry(choice)
