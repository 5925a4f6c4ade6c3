"""The thread by mouse and by keyboard."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.ui.chat.column import Place
from desktop_app.ui.chat.items import (
    Action,
    CoachText,
    FooterItem,
    NoticeItem,
    ReasoningItem,
    Tone,
    ToolCard,
    ToolCardState,
    YouItem,
)
from desktop_app.ui.chat.thread_view import ThreadView
from desktop_app.ui.theme.theme import Theme
from tests.ui.chat.conftest import ShowThread

_CARD = ToolCard(2, ToolCardState.DONE, "flag", "Created goal", (), (Action("open", "Open"), Action("undo", "Undo")))


def _point(view: ThreadView, row: int, unit: int, hot: int) -> QPoint:
    rect = view.column.rows[row].laid[unit].hots[hot].rect.center().toPoint()
    top = view.column.unit_top(Place(row, unit)) - view.verticalScrollBar().value()
    return QPoint(view.column_left() + rect.x(), top + rect.y())


def _text_point(view: ThreadView, row: int, unit: int, x: int) -> QPoint:
    text = view.column.rows[row].laid[unit].texts[0]
    top = view.column.unit_top(Place(row, unit)) - view.verticalScrollBar().value()
    return QPoint(view.column_left() + text.x + x, top + text.y + 8)


def _drag(qtbot: QtBot, view: ThreadView, start: QPoint, end: QPoint) -> None:
    QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(view.viewport(), end)
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=end)


def test_click_on_an_action_says_which(show_thread: ShowThread, qtbot: QtBot) -> None:
    view = show_thread([YouItem(1, "Hi"), _CARD])
    with qtbot.waitSignal(view.action_requested) as asked:
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=_point(view, 1, 0, 1))
    assert asked.args == [2, "undo"]


def test_disabled_action_does_nothing(show_thread: ShowThread, qtbot: QtBot) -> None:
    notice = NoticeItem(1, Tone.WARN, "hourglass", "Busy", "Wait.", (Action("retry", "Retry", enabled=False),))
    view = show_thread([notice])
    with qtbot.assertNotEmitted(view.action_requested):
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=_point(view, 0, 0, 0))


def test_click_on_a_link_reports_its_address_and_opens_nothing(show_thread: ShowThread, qtbot: QtBot) -> None:
    view = show_thread([CoachText(1, "Read [the plan](https://example.org/plan).")])
    with qtbot.waitSignal(view.link_activated) as told:
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=_point(view, 0, 0, 0))
    assert told.args == ["https://example.org/plan"]


def test_forbidden_links_are_no_places_to_press(show_thread: ShowThread) -> None:
    view = show_thread([CoachText(1, "[a](javascript:alert(1)) [b](file:///etc/passwd) [c](mailto:x@y.org)")])
    assert [hot.href for hot in view.column.rows[0].laid[0].hots] == ["mailto:x@y.org"]


def test_pointer_over_a_link_is_a_hand(show_thread: ShowThread, qtbot: QtBot) -> None:
    view = show_thread([CoachText(1, "Read [the plan](https://example.org/plan).")])
    QTest.mouseMove(view.viewport(), _point(view, 0, 0, 0))
    assert view.viewport().cursor().shape() is Qt.CursorShape.PointingHandCursor
    QTest.mouseMove(view.viewport(), QPoint(300, 300))
    assert view.viewport().cursor().shape() is not Qt.CursorShape.PointingHandCursor


def test_copy_button_of_a_code_box_copies_all_its_lines(show_thread: ShowThread, qtbot: QtBot) -> None:
    view = show_thread([CoachText(1, "```\none\n\n  two\n```\n\n```\nthree\n```")])
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=_point(view, 0, 0, 0))
    assert QGuiApplication.clipboard().text() == "one\n\n  two"


def test_reasoning_opens_and_folds_at_a_click(show_thread: ShowThread, qtbot: QtBot) -> None:
    view = show_thread([ReasoningItem(1, "First this.\nThen that.", "Thought for 4 s"), CoachText(2, "Done.")])
    folded = view.column.height
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=_point(view, 0, 0, 0))
    assert view.column.rows[0].count() == 2
    assert view.column.height > folded
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=_point(view, 0, 0, 0))
    assert view.column.height == folded


def test_opened_reasoning_stays_open_when_its_label_changes(show_thread: ShowThread, qtbot: QtBot) -> None:
    view = show_thread([ReasoningItem(1, "First this.", "Thinking…")])
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=_point(view, 0, 0, 0))
    view.replace_item(ReasoningItem(1, "First this. Then that.", "Thought for 4 s"))
    assert view.column.rows[0].count() == 2


def test_drag_selects_within_a_message(show_thread: ShowThread, qtbot: QtBot) -> None:
    view = show_thread([CoachText(1, "One two three")])
    _drag(qtbot, view, _text_point(view, 0, 0, 0), _text_point(view, 0, 0, 400))
    assert view.selected_text() == "One two three"


def test_drag_across_messages_copies_their_text_without_footers(show_thread: ShowThread, qtbot: QtBot) -> None:
    view = show_thread(
        [
            YouItem(1, "Question 🙂"),
            CoachText(2, "Answer:\n\n- a\n- b"),
            FooterItem(3, "Model · 1 in"),
            YouItem(4, "Thanks"),
        ]
    )
    _drag(qtbot, view, _text_point(view, 0, 0, -5), _text_point(view, 3, 0, 300))
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "Question 🙂\n\nAnswer:\n\n• a\n• b\n\nThanks"


def test_backward_drag_selects_the_same(show_thread: ShowThread, qtbot: QtBot) -> None:
    view = show_thread([CoachText(1, "First.\n\nSecond.")])
    _drag(qtbot, view, _text_point(view, 0, 1, 400), _text_point(view, 0, 0, -3))
    assert view.selected_text() == "First.\n\nSecond."


def test_select_all_takes_what_was_never_in_sight(show_thread: ShowThread, qtbot: QtBot) -> None:
    view = show_thread([CoachText(i, f"Message {i}\n\n" + "word " * 200) for i in range(200)])
    QTest.keyClick(view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    text = view.selected_text()
    assert text.startswith("Message 0\n\nword")
    assert text.count("Message ") == 200
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert view.selected_text() == ""


def test_table_cells_are_copied_with_tabs(show_thread: ShowThread, qtbot: QtBot) -> None:
    view = show_thread([CoachText(1, "| a | b |\n|---|---|\n| 1 | 2 |")])
    view.select_all()
    assert view.selected_text() == "a\tb\n1\t2"


def test_double_click_selects_the_word(show_thread: ShowThread, qtbot: QtBot) -> None:
    view = show_thread([CoachText(1, "🙂 marathon plan")])
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=_text_point(view, 0, 0, 50))
    assert view.selected_text() == "marathon"


def test_keys_read_on(show_thread: ShowThread, qtbot: QtBot) -> None:
    view = show_thread([CoachText(1, "Paragraph.\n\n" * 200)])
    bar = view.verticalScrollBar()
    QTest.keyClick(view, Qt.Key.Key_Home)
    assert bar.value() == 0
    QTest.keyClick(view, Qt.Key.Key_PageDown)
    assert bar.value() == bar.pageStep()
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert bar.value() > bar.pageStep()
    QTest.keyClick(view, Qt.Key.Key_PageUp)
    QTest.keyClick(view, Qt.Key.Key_Up)
    assert bar.value() == 0
    QTest.keyClick(view, Qt.Key.Key_End)
    assert view.is_at_end


def test_tab_goes_through_what_can_be_pressed_and_on_to_the_next_widget(qtbot: QtBot, theme: Theme) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    view, field = ThreadView(theme), QLineEdit()
    column.addWidget(view)
    column.addWidget(field)
    window.resize(740, 500)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    field.setFocus()
    view.set_items([CoachText(1, "[plan](https://e.org)"), _CARD, FooterItem(3, "Model", (Action("copy", "Copy"),))])
    view.setFocus(Qt.FocusReason.TabFocusReason)
    labels = [view.focused_action]
    for _ in range(3):
        QTest.keyClick(view, Qt.Key.Key_Tab)
        labels.append(view.focused_action)
    assert labels == ["https://e.org", "Open", "Undo", "Copy"]
    with qtbot.waitSignal(view.action_requested) as asked:
        QTest.keyClick(view, Qt.Key.Key_Return)
    assert asked.args == [3, "copy"]
    QTest.keyClick(view, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is field
    QTest.keyClick(field, Qt.Key.Key_Backtab)
    assert view.focused_action == "Copy"


def test_footer_icons_show_under_the_pointer_only(show_thread: ShowThread, qtbot: QtBot) -> None:
    footer = (Action("copy", "Copy"),)
    view = show_thread(
        [CoachText(1, "a"), FooterItem(2, "m", footer), YouItem(3, "b"), CoachText(4, "c"), FooterItem(5, "m", footer)]
    )
    assert view.hot_state(Place(1, 0), 0) is None
    QTest.mouseMove(view.viewport(), _text_point(view, 0, 0, 3))
    assert view.hot_state(Place(1, 0), 0) is not None
    assert view.hot_state(Place(4, 0), 0) is None


def test_context_menu_offers_to_copy_and_to_select_all(show_thread: ShowThread, qtbot: QtBot) -> None:
    view = show_thread([CoachText(1, "Text")])
    where = QPoint(50, 50)
    QApplication.sendEvent(
        view.viewport(), QContextMenuEvent(QContextMenuEvent.Reason.Mouse, where, view.mapToGlobal(where))
    )
    (opened,) = view.findChildren(QMenu)
    assert [action.text() for action in opened.actions()] == [
        "Copy",
        "Copy as Markdown",
        "Quote in your message",
        "",
        "Select all",
    ]
    assert [action.isEnabled() for action in opened.actions()[:3]] == [False] * 3
    opened.actions()[4].trigger()
    opened.close()
    assert view.selected_text() == "Text"
