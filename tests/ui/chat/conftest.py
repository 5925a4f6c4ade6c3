"""A thread on an invisible screen."""

from collections.abc import Callable, Sequence

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.ui.chat.items import ThreadItem
from desktop_app.ui.chat.thread_view import ThreadView
from desktop_app.ui.theme.theme import Theme

ShowThread = Callable[[Sequence[ThreadItem]], ThreadView]


@pytest.fixture
def show_thread(qtbot: QtBot, theme: Theme) -> ShowThread:
    """Shows items in a view of 740 × 500."""

    def show(items: Sequence[ThreadItem]) -> ThreadView:
        view = ThreadView(theme)
        qtbot.addWidget(view)
        view.resize(740, 500)
        with qtbot.waitExposed(view):
            view.show()
        view.set_items(items)
        return view

    return show
