"""The two columns by themselves: where they stand, what they are called, what their figures say."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.domain.comparisons import Side
from desktop_app.domain.usage import Usage
from desktop_app.ui.chat.items import Action, CoachText, FooterItem, NoticeItem, Tone, YouItem
from desktop_app.ui.compare.compare_view import NARROW_PX, CompareView
from desktop_app.ui.compare.figures import FigureRow, Figures, figures_of
from desktop_app.ui.theme.theme import Theme


@pytest.fixture
def view(qtbot: QtBot, theme: Theme) -> CompareView:
    shown = CompareView(theme)
    qtbot.addWidget(shown)
    shown.resize(1100, 700)
    with qtbot.waitActive(shown):
        shown.show()
        shown.activateWindow()
    return shown


def test_answers_stand_side_by_side_and_in_a_narrow_window_one_above_the_other(view: CompareView) -> None:
    first, second = view.panels.values()
    assert first.y() == second.y()
    assert first.width() == second.width()
    view.resize(NARROW_PX - 1, 700)
    QApplication.processEvents()
    assert view.is_stacked
    assert first.x() == second.x()
    view.resize(NARROW_PX, 700)
    assert not view.is_stacked


def test_a_short_question_takes_its_height_and_a_long_one_a_quarter(view: CompareView) -> None:
    view.show_question(YouItem(0, "Hi"))
    assert view.question.height() < 90
    view.show_question(YouItem(0, "A long question. " * 2000))
    assert view.question.height() == 175
    view.show_question(None)
    assert not view.question.isVisible()


def test_only_an_answer_that_can_be_kept_is_kept_by_its_key(view: CompareView) -> None:
    kept: list[object] = []
    view.keep_requested.connect(kept.append)
    for panel in view.panels.values():
        panel.set_keep("Keep this answer", enabled=False)
    QTest.keyClick(view, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    assert kept == []
    view.panels[Side.SECOND].set_keep("Keep this answer", enabled=True)
    QTest.keyClick(view, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    QTest.keyClick(view, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    assert kept == [Side.SECOND]


def test_parts_are_named_after_their_model(view: CompareView) -> None:
    panel = view.panels[Side.SECOND]
    panel.set_model_name("Ollama · llama3.2")
    assert panel.keep.accessibleName() == "Keep the answer of Ollama · llama3.2"
    assert panel.thread_view.accessibleName() == "Second answer, Ollama · llama3.2"


def test_an_answer_has_no_footer_and_begins_no_other_turn(view: CompareView) -> None:
    panel = view.panels[Side.FIRST]
    again = (Action("retry", "Try again"), Action("retry_now", "Retry now"))
    panel.rows.append_item(CoachText(0, "Words"))
    panel.rows.append_item(FooterItem(1, "Script"))
    panel.rows.append_item(NoticeItem(2, Tone.DANGER, "circle-alert", "Failed", "", again))
    words, notice = panel.thread_view.column.rows
    assert words.key == 0
    assert [action.id for action in notice.actions] == ["retry_now"]


@pytest.mark.parametrize(
    ("usage", "first_s", "figures"),
    [
        (None, None, Figures()),
        (None, 0.62, Figures(first_token="0.6 s")),
        (
            Usage(1140, 372, cost_micro_usd=9_000, time_to_first_token_ms=600, duration_ms=6_600),
            0.7,
            Figures("$0.009", "0.6 s", "62 tok/s", "1,140 in, 372 out"),
        ),
        (Usage(10, 5, cost_micro_usd=0), 0.9, Figures("Free", "0.9 s", "–", "10 in, 5 out")),
        (Usage(10, 0, duration_ms=5), None, Figures("Unknown", "–", "–", "10 in, 0 out")),
    ],
)
def test_figures_tell_what_is_known(usage: Usage | None, first_s: float | None, figures: Figures) -> None:
    assert figures_of(usage, first_s) == figures


def test_figures_at_the_end_give_way_where_it_is_narrow(qtbot: QtBot, theme: Theme) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    row = FigureRow(theme)
    row.setParent(holder)
    row.show_figures(Figures("$0.009", "0.6 s", "62 tok/s", "1,140 in, 372 out"))
    row.resize(600, 40)
    holder.show()
    shown = [label.text() for label in row.findChildren(QLabel) if label.isVisible()]
    assert "1,140 in, 372 out" in shown
    row.resize(90, 40)
    shown = [label.text() for label in row.findChildren(QLabel) if label.isVisible()]
    assert shown == ["Cost", "$0.009"]
    assert "Tokens 1,140 in, 372 out" in row.accessibleName()
