"""Getting models as a person does it in the list: the real list and services, in front of a server like Ollama."""

import asyncio
import gc
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLineEdit, QListView, QWidget

from desktop_app.backend import Backend
from desktop_app.clock import utc_now
from desktop_app.domain.model_fetches import FetchState
from desktop_app.domain.providers import ModelChoice
from desktop_app.paths import Paths
from desktop_app.services.model_fetches import ONLY_HERE
from desktop_app.settings import read_sources
from desktop_app.ui.loop import generators_looked_after
from desktop_app.ui.models.fetch_presenter import FetchPresenter
from desktop_app.ui.models.fetch_rows import FetchRow
from desktop_app.ui.models.list_model import ListRole
from desktop_app.ui.models.model_button import ModelButton
from desktop_app.ui.models.popover import ModelPopover
from desktop_app.ui.models.presenter import ModelPresenter
from desktop_app.ui.models.rows import ListRow, ProviderRow
from desktop_app.ui.tasks import TaskRunner
from desktop_app.ui.theme.theme import Theme, ThemeMode
from tests.llm.contract.server import Answer, Ending, LoopbackServer, Pause, SeenRequest
from tests.llm.ollama.fake_ollama import FakeModel, answer_to, layer, pulled

GENEROUS_S = 30
GB = 1_000_000_000
WEIGHTS = "sha256:aaaa"
MANIFEST, SUCCESS = {"status": "pulling manifest"}, {"status": "success"}


@dataclass
class Library:
    """Answers a pull of each name as it was told to, and has the model once the pull may end."""

    models: list[FakeModel] = field(default_factory=list)
    pulls: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def answer(self, request: SeenRequest) -> Answer:
        if request.path != "/api/pull":
            return answer_to(request, self.models)
        name = str(request.json["model"])
        self.asked.append(name)
        return self.pulls[name]

    def half_way(self, name: str, *then: Mapping[str, object] | Pause, ending: Ending = Ending.LEFT_OPEN) -> None:
        """Stand at 2.6 of 5.2 GB, and go on with what is given."""
        told = (MANIFEST, layer(WEIGHTS, 52 * GB // 10), layer(WEIGHTS, 52 * GB // 10, 26 * GB // 10))
        self.pulls[name] = pulled(*told, *then, ending=ending)

    def fail(self, name: str, words: str) -> None:
        self.pulls[name] = pulled(MANIFEST, {"error": words})


@dataclass
class Desk:
    """The pill and its list on an open profile, with Ollama alone to answer."""

    backend: Backend
    library: Library
    server: LoopbackServer
    button: ModelButton
    theme: Theme

    @property
    def popover(self) -> ModelPopover:
        (popover,) = self.button.window().findChildren(ModelPopover)
        return popover

    @property
    def search(self) -> QLineEdit:
        found = self.popover.findChild(QLineEdit)
        assert isinstance(found, QLineEdit)
        return found

    @property
    def view(self) -> QListView:
        found = self.popover.findChild(QListView)
        assert isinstance(found, QListView)
        return found

    @property
    def rows(self) -> list[ListRow]:
        model = self.view.model()
        return [model.index(number, 0).data(ListRole.ROW) for number in range(model.rowCount())]

    @property
    def spoken(self) -> list[str]:
        """What stands under Ollama's heading."""
        rows = self.rows
        (begin,) = [n for n, row in enumerate(rows) if isinstance(row, ProviderRow) and row.entry.name == "ollama"]
        rest = rows[begin + 1 :]
        end = next((n for n, row in enumerate(rest) if isinstance(row, ProviderRow)), len(rest))
        return [row.spoken for row in rest[:end]]

    def about(self, name: str) -> str:
        """What the row of the model that is called so says; empty where there is none."""
        return next((words for words in self.spoken if name in words), "")

    def go_to(self, name: str) -> None:
        """Move down by keyboard until the row about `name` is reached."""
        for _ in range(self.view.model().rowCount()):
            if name in str(self.view.currentIndex().data()):
                return
            QTest.keyClick(self.search, Qt.Key.Key_Down)
        assert name in str(self.view.currentIndex().data())

    def enter(self) -> None:
        QTest.keyClick(self.search, Qt.Key.Key_Return)

    def type(self, words: str) -> None:
        self.search.clear()
        QTest.keyClicks(self.search, words)

    async def get(self, name: str) -> None:
        """Begin to get an offered model, and wait until it is half there."""
        self.go_to(name)
        self.enter()
        await self.until(lambda: "50 %" in self.about(name))

    async def open(self) -> None:
        self.button.open_popover()
        await self.until(lambda: self.about("Get another model"))

    async def until(self, is_so: Callable[[], object]) -> None:
        async with asyncio.timeout(GENEROUS_S):
            while not is_so():  # noqa: ASYNC110 - what is waited for is shown, not told
                await asyncio.sleep(0.01)


@pytest.fixture
async def desk(theme: Theme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    # The loop of the test before has timers of Qt: they must not be collected in another thread.
    gc.collect()
    monkeypatch.delenv("OLLAMA_API_KEY", raising=False)  # Ollama's own, which its client sends
    library, window = Library(), QWidget()
    window.resize(900, 700)
    server = LoopbackServer(library.answer)
    # A model that is not there: else the built-in coach would answer.
    outside = {"OLLAMA_HOST": await server.start(), "GOALGETTER_BUILTIN_MODEL": str(tmp_path / "none.gguf")}
    sources = read_sources([], outside, tmp_path)
    paths = Paths(tmp_path / "data", tmp_path / "cache", tmp_path / "logs")
    backend = await Backend.open(paths, sources, utc_now)
    await backend.load()
    await backend.models.prepare("builtin")
    runner = TaskRunner(_fail)
    button = ModelButton(theme, window)
    presenters = (
        ModelPresenter(button, backend.models, backend.keys, runner, backend.settings),
        FetchPresenter(button, backend.fetches),
    )
    window.show()
    desk = Desk(backend, library, server, button, theme)
    # As the program does around everything: HTTP clients leave their generators where a stream ends early.
    async with generators_looked_after():
        await desk.open()
        yield desk
        desk.popover.close()
        await runner.close()
        await backend.close()
        await server.stop()
    assert all(presenter.parent() is button for presenter in presenters)
    window.deleteLater()
    left = {task.get_name() for task in asyncio.all_tasks()}
    assert not any(name.startswith("get the model") for name in left)


def _fail(error: BaseException) -> None:
    raise AssertionError(error)


async def test_without_a_model_the_offers_say_size_fit_and_tools_and_nothing_is_asked_for(desk: Desk) -> None:
    offers = desk.spoken[:-1]
    assert len(offers) == 5
    assert all(", Tools · " in words and words.split(", ")[-1].startswith("Get ") for words in offers)
    assert "Get 5.2 GB" in desk.about("qwen3:8b")
    assert desk.spoken[-1].startswith("Get another model…")
    desk.enter()
    assert not desk.backend.fetches.all, "Enter alone gets nothing"
    assert not desk.library.asked


async def test_a_model_is_got_by_keyboard_and_answers_where_nothing_did(desk: Desk) -> None:
    go_on = Pause(asyncio.Event())
    desk.library.half_way("qwen3:8b", go_on, SUCCESS, ending=Ending.COMPLETE)
    await desk.get("qwen3:8b")
    words = desk.about("qwen3:8b")
    assert "2.6 of 5.2 GB · 50 %" in words
    assert words.endswith(", Cancel")
    assert desk.search.accessibleDescription() == words, "a screen reader hears how far it is"
    assert "Getting qwen3:8b, 50 %" in desk.button.toolTip()
    assert "Getting qwen3:8b, 50 %" in desk.button.accessibleDescription()
    desk.popover.close()
    desk.library.models.append(FakeModel("qwen3:8b"))
    go_on.go.set()
    await desk.until(lambda: desk.backend.models.choice == ModelChoice("ollama", "qwen3:8b"))
    await desk.until(lambda: "is here" in desk.button.toolTip())
    assert desk.backend.preferences.value("provider") == "ollama"
    assert "qwen3:8b is here, and answers from now on." in desk.button.accessibleDescription()
    assert "Ollama · qwen3:8b" in desk.button.text()
    await desk.open()
    assert "is here" not in desk.button.toolTip(), "it was seen"
    assert desk.about("qwen3:8b").startswith("chosen, qwen3:8b")


async def test_a_model_that_comes_beside_others_is_not_chosen(desk: Desk) -> None:
    desk.library.models.append(FakeModel("llama3.2:3b"))
    await desk.backend.models.choose(ModelChoice("ollama", "llama3.2:3b"))
    go_on = Pause(asyncio.Event())
    desk.library.half_way("mistral", go_on, SUCCESS, ending=Ending.COMPLETE)
    desk.type("mistral")
    assert desk.spoken == ["Get “mistral” from Ollama, Get"]
    desk.enter()
    await desk.until(lambda: "50 %" in desk.about("mistral"))
    desk.library.models.append(FakeModel("mistral:latest"))
    go_on.go.set()
    await desk.until(lambda: "context" in desk.about("mistral"))
    assert desk.backend.models.choice == ModelChoice("ollama", "llama3.2:3b")
    assert not desk.about("mistral").startswith("chosen")


async def test_the_way_to_another_model_makes_the_search_take_its_name(desk: Desk) -> None:
    desk.go_to("Get another model")
    desk.enter()
    assert desk.popover.isVisible()
    assert desk.search.placeholderText().startswith("Name of a model")
    desk.library.fail("ghost", "pull model manifest: file does not exist")
    desk.type("ollama pull ghost")
    desk.go_to("ghost")
    desk.enter()
    desk.type("ghost")
    await desk.until(lambda: "Could not be downloaded" in desk.about("ghost"))
    assert "no model called ghost" in desk.about("ghost")
    assert desk.about("ghost").endswith("Try again")
    desk.popover.close()
    await desk.open()
    assert not desk.about("ghost"), "whoever closed the list has seen it"


@pytest.mark.parametrize("typed", ["", "two words", "claude", "qwen3:8b"])
async def test_what_is_no_new_name_is_not_offered(desk: Desk, typed: str) -> None:
    desk.type(typed)
    assert not any(isinstance(row, FetchRow) and row.is_typed for row in desk.rows)


async def test_cancel_in_the_middle_leaves_ollama_and_the_next_try_goes_on(desk: Desk) -> None:
    desk.library.half_way("qwen3:8b")
    await desk.get("qwen3:8b")
    desk.enter()
    await desk.until(desk.server.client_left.is_set)
    await desk.until(lambda: desk.about("qwen3:8b").endswith("Get 5.2 GB"))
    assert not desk.backend.fetches.all
    assert "qwen3:8b" not in desk.button.toolTip()
    await desk.get("qwen3:8b")
    assert desk.library.asked == ["qwen3:8b", "qwen3:8b"]


async def test_the_buttons_are_clicked_and_the_rest_of_a_row_is_not_one(desk: Desk) -> None:
    desk.library.half_way("qwen3:4b")

    def click(from_right: int) -> None:
        model = desk.view.model()
        index = next(i for i in (model.index(n, 0) for n in range(model.rowCount())) if "qwen3:4b" in i.data())
        desk.view.scrollTo(index)
        place = desk.view.visualRect(index)
        point = QPoint(place.right() - from_right, place.center().y())
        QTest.mouseClick(desk.view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, point)

    click(400)
    assert not desk.backend.fetches.all
    click(40)
    await desk.until(lambda: "50 %" in desk.about("qwen3:4b"))
    assert desk.popover.isVisible()
    click(40)
    await desk.until(lambda: not desk.backend.fetches.all)


async def test_two_are_got_at_once_and_one_name_only_once(desk: Desk) -> None:
    desk.library.half_way("qwen3:8b")
    desk.library.half_way("qwen3:4b")
    await desk.get("qwen3:8b")
    await desk.get("qwen3:4b")
    desk.backend.fetches.start("ollama", "qwen3:4b")
    assert "qwen3:8b, 50 %; qwen3:4b, 50 %" in desk.button.toolTip()
    assert desk.library.asked == ["qwen3:8b", "qwen3:4b"]
    desk.enter()
    await desk.until(lambda: len(desk.backend.fetches.all) == 1)
    assert "50 %" in desk.about("qwen3:8b")


async def test_closing_the_list_stops_nothing(desk: Desk) -> None:
    desk.library.half_way("qwen3:8b")
    await desk.get("qwen3:8b")
    desk.popover.close()
    await desk.open()
    assert "50 %" in desk.about("qwen3:8b")
    assert not desk.server.client_left.is_set()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("write /x: no space left on device", "The disk where Ollama keeps its models is full."),
        ("dial tcp: lookup registry: no such host", "Ollama cannot reach its library."),
        ("412: requires a newer version", "needs a newer Ollama."),
    ],
)
async def test_what_goes_wrong_is_told_in_its_row_and_can_be_tried_again(desk: Desk, said: str, words: str) -> None:
    desk.library.fail("qwen3:8b", said)
    desk.go_to("qwen3:8b")
    desk.enter()
    await desk.until(lambda: "Could not be downloaded" in desk.about("qwen3:8b"))
    assert words in desk.about("qwen3:8b")
    assert any(row.startswith(words) or words in row for row in desk.spoken[1:]), "in a line of its own, too"
    desk.library.half_way("qwen3:8b")
    await desk.get("qwen3:8b")


async def test_a_failure_with_the_list_closed_is_told_on_the_pill(desk: Desk) -> None:
    go_on = Pause(asyncio.Event())
    desk.library.half_way("qwen3:8b", go_on, {"error": "no space left on device"}, ending=Ending.COMPLETE)
    await desk.get("qwen3:8b")
    desk.popover.close()
    go_on.go.set()
    await desk.until(lambda: "could not be downloaded" in desk.button.toolTip())
    assert "Make room" in desk.button.accessibleDescription()


async def test_only_this_computer_stops_what_comes_and_offers_nothing(desk: Desk) -> None:
    desk.library.half_way("qwen3:8b")
    await desk.get("qwen3:8b")
    switch = desk.popover.findChild(QCheckBox)
    assert isinstance(switch, QCheckBox)
    switch.click()
    await desk.until(desk.server.client_left.is_set)
    await desk.until(lambda: [fetch.state for fetch in desk.backend.fetches.all] == [FetchState.FAILED])
    assert ONLY_HERE in desk.about("qwen3:8b")
    await desk.until(lambda: not desk.about("Get another model"))
    assert "Only this computer" in desk.spoken[-1]
    asked = len(desk.library.asked)
    desk.backend.fetches.start("ollama", "qwen3:4b")
    assert [fetch.error for fetch in desk.backend.fetches.all] == [ONLY_HERE, ONLY_HERE]
    assert len(desk.library.asked) == asked


async def test_a_new_setting_does_not_break_off_what_comes(desk: Desk) -> None:
    go_on = Pause(asyncio.Event())
    desk.library.half_way("qwen3:8b", go_on, SUCCESS, ending=Ending.COMPLETE)
    await desk.get("qwen3:8b")
    before = await desk.backend.factory.get_service("ollama")
    await desk.backend.settings.keep("llm.ollama.keep_alive", "5m")
    assert await desk.backend.factory.get_service("ollama") is not before
    desk.library.models.append(FakeModel("qwen3:8b"))
    go_on.go.set()
    await desk.until(lambda: desk.backend.models.choice == ModelChoice("ollama", "qwen3:8b"))


async def test_the_end_of_the_program_stops_what_comes(desk: Desk) -> None:
    desk.library.half_way("qwen3:8b")
    desk.library.half_way("qwen3:4b")
    await desk.get("qwen3:8b")
    await desk.get("qwen3:4b")
    async with asyncio.timeout(GENEROUS_S):
        await desk.backend.fetches.aclose()
    assert not desk.backend.fetches.all
    desk.backend.fetches.start("ollama", "llama3.2:3b")
    assert not desk.backend.fetches.all


async def test_progress_is_painted_in_light_and_dark(desk: Desk) -> None:
    before = desk.popover.grab().toImage()
    desk.library.half_way("qwen3:8b")
    await desk.get("qwen3:8b")
    light = desk.popover.grab().toImage()
    desk.theme.set_mode(ThemeMode.DARK)
    assert light != before
    assert desk.popover.grab().toImage() != light
