"""The window of traces over real files: listed, filtered, searched, followed, exported, opened in the chat."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.errors import AppError
from desktop_app.tracing.records import Kind, Outcome, SpanError, timestamp
from desktop_app.ui.tasks import TaskRunner
from desktop_app.ui.theme.theme import Theme
from desktop_app.ui.traces.presenter import TracePresenter
from desktop_app.ui.traces.window import TraceWindow
from tests.tracing.test_index import START, line, record, turn
from tests.ui.goals.waiting import settled, until

INPUT = [
    {"role": "system", "parts": [{"type": "text", "text": "x" * 60}]},
    {"role": "you", "parts": [{"type": "text", "text": "y" * 40}]},
]


def full(trace: str = "trace_1", text: str = "I want to run") -> str:
    """A turn with a model call and a tool."""
    parent = f"span_{trace}_0"
    call = record(Kind.GENERATION, 1, parent=parent, trace=trace, model="sonnet", input=INPUT, output="Well done")
    call.usage, call.time_to_first_token_ms = {"input_tokens": 1062, "output_tokens": 214}, 400
    call.events.append({"name": "retry", "at": call.started_at, "try_number": 2})
    tool = record(Kind.TOOL, 2, parent=parent, trace=trace)
    tool.name = "create_goal"
    usage = {"input_tokens": 1062, "output_tokens": 214, "cost_micro_usd": 13_000}
    ended = timestamp(START + timedelta(seconds=3))
    facts: dict[str, Any] = {"usage": usage, "conversation_id": 5, "message_id": 6, "ended_at": ended}
    return line(call) + line(tool) + turn(trace, text, **facts)


@dataclass
class Viewer:
    """A window over a file of traces."""

    path: Path
    presenter: TracePresenter
    runner: TaskRunner
    windows: list[TraceWindow]
    opened: list[tuple[int, ...]] = field(default_factory=list)
    is_on: list[bool] = field(default_factory=lambda: [True])

    @property
    def window(self) -> TraceWindow:
        """The window, once it was opened."""
        return self.windows[0]

    @property
    def titles(self) -> list[str]:
        """What is listed, without the days."""
        items = (self.window.list.item(row) for row in range(self.window.list.count()))
        return [item.text() for item in items if item.flags() & Qt.ItemFlag.ItemIsSelectable]

    async def opens(self) -> None:
        """Open it and wait until it is filled."""
        self.presenter.open()
        await settled(self.runner)


@pytest.fixture
async def viewer(qtbot: QtBot, theme: Theme, tmp_path: Path) -> AsyncIterator[Viewer]:
    errors: list[AppError] = []
    runner, owner, windows = TaskRunner(errors.append), QWidget(), list[TraceWindow]()
    qtbot.addWidget(owner)
    path = tmp_path / "traces.jsonl"
    is_on = [True]

    def window() -> TraceWindow:
        windows.append(TraceWindow(theme, owner))
        return windows[0]

    presenter = TracePresenter(window, lambda: (path, is_on[0]), runner, lambda: date(2026, 3, 12), owner)
    viewer = Viewer(path, presenter, runner, windows, is_on=is_on)
    presenter.message_requested.connect(lambda *numbers: viewer.opened.append(numbers))
    yield viewer
    presenter.close()
    await settled(runner)
    await runner.close()
    assert errors == []


async def test_the_newest_trace_is_shown_with_its_spans_and_what_was_sent(viewer: Viewer) -> None:
    viewer.path.write_text(full(), "utf-8")
    await viewer.opens()
    window = viewer.window
    assert viewer.titles == ["I want to run"]
    facts = {name: label.text() for name, label in window.facts.items()}
    assert facts == {
        "Duration": "3.00 s",
        "First token": "–",
        "Tokens": "1,062 in, 214 out",
        "Cost": "$0.01",
        "Spans": "3",
        "Status": "Completed",
    }
    assert [span.kind for span in window.waterfall.spans] == ["turn", "generation", "tool"]
    told = window.what.text()
    for words in (
        "Sent to sonnet, 1,062 tokens",
        "Retry: try number 2",
        "Tool create_goal: done",
        "Finished, 214 tokens",
    ):
        assert words in told
    assert "Coach instructions and goals: 60%; Your messages: 40%" in window.sent.accessibleName()


async def test_arrows_go_through_the_spans_and_their_pages_show_all_they_hold(viewer: Viewer) -> None:
    viewer.path.write_text(full(), "utf-8")
    await viewer.opens()
    window = viewer.window
    QTest.keyClick(window.waterfall, Qt.Key.Key_Down)
    assert window.details.name.text() == "Model call · sonnet"
    assert "usage.input_tokens  1062" in window.details.text.toPlainText()
    item = window.waterfall.currentItem()
    assert item is not None
    assert item.data(1, Qt.ItemDataRole.AccessibleTextRole) == "1.00 s, of it 400 ms waiting"
    for page, words in ((1, "yyyy"), (2, "Well done"), (3, '"parent_id": "span_trace_1_0"')):
        QTest.mouseClick(window.details.pages.buttons[page], Qt.MouseButton.LeftButton)
        assert words in window.details.text.toPlainText()
    QTest.keyClick(window.waterfall, Qt.Key.Key_Down)
    assert window.details.text.toPlainText().startswith("{")


async def test_filters_and_search_find_traces_by_what_is_in_their_spans(viewer: Viewer) -> None:
    failed = record(Kind.TURN, 90, trace="trace_2", input="Broken", outcome=Outcome.FAILED, error=SpanError("timeout"))
    slow = turn("trace_3", "Slow one", ended_at=timestamp(START + timedelta(seconds=30)))
    viewer.path.write_text(full() + line(failed) + slow, "utf-8")
    await viewer.opens()
    window = viewer.window
    for filter_, wanted in ((1, ["Broken"]), (2, ["Slow one"]), (3, ["I want to run"])):
        QTest.mouseClick(window.filters.buttons[filter_], Qt.MouseButton.LeftButton)
        await until(lambda wanted=wanted: viewer.titles == wanted)  # type: ignore[misc]
    QTest.mouseClick(window.filters.buttons[0], Qt.MouseButton.LeftButton)
    QTest.keyClicks(window.search, "WELL done")
    await until(lambda: viewer.titles == ["I want to run"])
    QTest.keyClicks(window.search, "?")
    await until(lambda: viewer.titles == [])
    assert window.nothing.text() == "No trace fits."
    assert window.nothing.isVisible()


async def test_a_turn_that_runs_is_followed_to_its_end(viewer: Viewer) -> None:
    whole = full().splitlines(keepends=True)
    viewer.path.write_text(whole[0], "utf-8")
    await viewer.opens()
    assert viewer.window.facts["Status"].text() == "Running"
    with viewer.path.open("a", encoding="utf-8") as file:
        file.write("".join(whole[1:]))
    await until(lambda: viewer.window.facts["Status"].text() == "Completed")
    assert viewer.window.facts["Spans"].text() == "3"


async def test_a_trace_is_opened_by_its_id_and_leads_to_its_message(viewer: Viewer) -> None:
    viewer.path.write_text(full("trace_1", "First") + full("trace_2", "Second"), "utf-8")
    viewer.presenter.open_trace("trace_1")
    await settled(viewer.runner)
    assert viewer.window.title.text() == "First"
    QTest.mouseClick(viewer.window.open_chat, Qt.MouseButton.LeftButton)
    assert viewer.opened == [(5, 6)]


async def test_a_trace_is_exported_as_it_stands_in_the_file(viewer: Viewer, tmp_path: Path) -> None:
    viewer.path.write_text(full(), "utf-8")
    await viewer.opens()
    QTest.mouseClick(viewer.window.export, Qt.MouseButton.LeftButton)
    await until(lambda: viewer.window.findChild(QFileDialog) is not None)
    dialog = viewer.window.findChild(QFileDialog)
    assert isinstance(dialog, QFileDialog)
    line_edit = dialog.findChild(QLineEdit)
    assert isinstance(line_edit, QLineEdit)
    line_edit.setText(str(tmp_path / "out.json"))
    dialog.accept()
    await until((tmp_path / "out.json").exists)
    records = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert [one["kind"] for one in records] == ["generation", "tool", "turn"]


async def test_nothing_and_traces_that_are_off_are_said(viewer: Viewer) -> None:
    await viewer.opens()
    assert viewer.window.nothing.text().startswith("No traces yet.")
    viewer.is_on[0] = False
    await viewer.opens()
    assert viewer.window.nothing.text().startswith("Traces are off.")
    assert not viewer.window.export.isEnabled()


async def test_a_file_that_cannot_be_read_is_said(viewer: Viewer) -> None:
    viewer.path.mkdir()
    await viewer.opens()
    await until(lambda: "cannot be read" in viewer.window.nothing.text())


async def test_content_that_was_left_out_is_said(viewer: Viewer) -> None:
    bare = record(Kind.GENERATION, 1, parent="span_trace_1_0")
    viewer.path.write_text(line(bare) + line(record(Kind.TURN, 0)), "utf-8")
    await viewer.opens()
    window = viewer.window
    assert window.title.text() == "(its words were not kept)"
    assert window.sent_heading.text() == "What was sent is not kept"
    QTest.mouseClick(window.details.pages.buttons[1], Qt.MouseButton.LeftButton)
    assert window.details.text.toPlainText() == "(content was not kept)"


async def test_many_traces_are_listed_by_the_newest_and_the_loop_goes_on_meanwhile(viewer: Viewer) -> None:
    lines = "".join(turn(f"trace_{number}", f"No. {number}") for number in range(3_000))
    viewer.path.write_text(lines, "utf-8")
    await viewer.opens()
    assert len(viewer.titles) == 500
    QTest.keyClicks(viewer.window.search, "No. 2999")
    await until(lambda: viewer.titles == ["No. 2999"])


async def test_escape_closes_the_window_and_nobody_follows_the_file_then(viewer: Viewer) -> None:
    await viewer.opens()
    assert viewer.presenter._follow.isActive()
    QTest.keyClick(viewer.window, Qt.Key.Key_Escape)
    assert not viewer.window.isVisible()
    assert not viewer.presenter._follow.isActive()
    assert isinstance(viewer.window.parent(), QObject)
