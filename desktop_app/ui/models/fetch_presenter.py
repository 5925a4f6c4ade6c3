"""Joins the model selector to the models that are being got."""

from PySide6.QtCore import QObject

from desktop_app.domain.model_fetches import ModelFetch
from desktop_app.services.model_fetches import ModelFetches
from desktop_app.ui.models.fetch_news import news_of
from desktop_app.ui.models.model_button import ModelButton


class FetchPresenter(QObject):
    """Begins and stops fetches as the person asks, shows how far they are, and tells how they ended."""

    def __init__(self, button: ModelButton, fetches: ModelFetches) -> None:
        super().__init__(button)
        self._button = button
        self._fetches = fetches
        button.fetch_requested.connect(self._start)
        button.fetch_cancelled.connect(self._cancel)
        button.popover_closed.connect(self._forget_failed)
        fetches.subscribe(self._show, self._tell)

    def _start(self, provider: str, name: str) -> None:
        self._fetches.start(provider, name)

    def _cancel(self, provider: str, name: str) -> None:
        self._fetches.cancel(provider, name)

    def _forget_failed(self) -> None:
        # Whoever closed the list has seen them in it.
        self._fetches.forget_failed()

    def _show(self) -> None:
        self._button.set_fetches(self._fetches.all)

    def _tell(self, fetch: ModelFetch) -> None:
        self._button.tell(news_of(fetch))
