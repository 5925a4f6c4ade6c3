"""All that a person does in a chat, by keyboard and mouse, in the whole window on a whole profile.

The steps are those of tests/ui/chat, which stand there before the chat alone.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.paths import Paths
from tests.e2e.test_main_job import started
from tests.ui.chat import test_doing, test_footer_trace, test_never_lost, test_waiting_and_attaching
from tests.ui.chat.scenario import Scenario

# These start the program again by themselves, or ask what only the chat alone is asked.
_ON_THEIR_OWN = {
    "test_drafts_belong_to_their_conversations_and_outlive_the_program",
    "test_link_is_shown_as_the_browser_will_get_it",
    "test_closing_in_mid_stream_keeps_what_came_and_marks_it_as_stopped",
}
for _module in (test_doing, test_footer_trace, test_never_lost, test_waiting_and_attaching):
    for _name, _test in vars(_module).items():
        if _name.startswith("test_") and _name not in _ON_THEIR_OWN:
            globals()[_name] = _test


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(data=tmp_path / "data", cache=tmp_path / "cache", logs=tmp_path / "logs")


@pytest.fixture
async def chat(paths: Paths, qtbot: QtBot) -> AsyncIterator[Scenario]:
    tried = await started(paths, qtbot)
    session = tried.session
    view, presenter = tried.desktop.shell.chat, session.chat_presenter
    yield Scenario(session._backend, tried.scripted, view, presenter, session.runner)
    await tried.desktop.close()
