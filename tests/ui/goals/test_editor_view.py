"""The editor shows a goal, and keeps what the person types."""

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QTextEdit, QWidget

from desktop_app.domain.goals import GoalDraft, GoalEdit, GoalFields, Milestone, Phase, Template
from desktop_app.domain.ids import GoalId, MilestoneId
from desktop_app.ui.goals.view import GoalEditorView, SaveStatus
from desktop_app.ui.theme.theme import Theme, ThemeMode
from tests.ui.goals.conftest import FIELDS, NOW, goal


def _type(widget: QWidget, text: str) -> None:
    widget.setFocus()
    QTest.keyClicks(widget, text)


def test_without_a_goal_the_pane_says_what_it_is_for(view: GoalEditorView) -> None:
    wanted: list[bool] = []
    view.new_goal_requested.connect(lambda: wanted.append(True))

    view.empty.new_goal.click()

    assert view.empty.isVisible()
    assert wanted == [True]
    assert view.draft() is None


def test_a_goal_is_shown_with_all_its_fields(view: GoalEditorView) -> None:
    view.show_goal(goal())

    assert view.title.value() == FIELDS.title
    assert view.plan.value() == FIELDS.content
    assert view.deadline.editor.text() == "Sun 17 May 2026"
    assert view.deadline._distance.text() == "in 66 days"
    assert view.template.button.text() == "SMART"
    assert view.tags.value() == FIELDS.tags
    assert view.progress.label.text() == "1 of 3"
    assert view.milestones.value() == FIELDS.milestones
    assert not view.is_dirty
    assert view.edit() == GoalEdit()


def test_what_the_fields_show_stands_in_line_whatever_frame_they_have(view: GoalEditorView) -> None:
    view.show_goal(goal())

    def left(widget: QWidget) -> int:
        return widget.mapTo(view, QPoint(0, 0)).x()

    calendar = view.deadline.button
    assert left(view.title.editor.viewport()) == left(view.phase)
    assert left(calendar) + (calendar.width() - calendar.iconSize().width()) // 2 == left(view.template.button)


def test_only_what_was_changed_is_in_the_edit(view: GoalEditorView) -> None:
    view.show_goal(goal())

    _type(view.plan.editor, "New. ")

    assert view.edit() == GoalEdit(content="New. " + FIELDS.content)
    assert view.draft() == GoalDraft(GoalId(1), FIELDS.title, "New. " + FIELDS.content, FIELDS.deadline)


def test_what_was_typed_and_taken_back_is_no_edit(view: GoalEditorView) -> None:
    view.show_goal(goal())

    _type(view.title.editor, "x")
    QTest.keyClick(view.title.editor, Qt.Key.Key_Backspace)

    assert view.edit() == GoalEdit()


def test_the_coach_changes_fields_that_the_person_left_alone(view: GoalEditorView) -> None:
    view.show_goal(goal())
    view.plan.setFocus()
    changed = replace(FIELDS, deadline=date(2026, 6, 1), content="New plan")

    view.refresh(goal(changed), {"deadline", "content"}, by_coach=True)

    assert view.deadline.value() == date(2026, 6, 1)
    assert view.plan.value() == "New plan"
    assert view.dot_of("deadline").isVisible()
    assert view.notices.coach.label.text() == "Coach changed 2 fields just now"
    assert not view.is_dirty


def test_the_coach_does_not_overwrite_what_is_not_saved(view: GoalEditorView) -> None:
    view.show_goal(goal())
    _type(view.title.editor, "My ")

    view.refresh(goal(replace(FIELDS, title="Coach", content="Coach’s plan")), {"title", "content"}, by_coach=True)

    assert view.title.value() == "My Run a half marathon"
    assert view.plan.value() == "Coach’s plan"
    assert view.slot("title").note.label.text() == "Coach also changed this."
    assert view.edit() == GoalEdit(title="My Run a half marathon")


def test_the_coach_does_not_change_a_field_in_which_the_person_is_typing(view: GoalEditorView) -> None:
    view.show_goal(goal())
    _type(view.plan.editor, "Mine. ")
    edit = view.edit()
    view.mark_saved(goal(replace(FIELDS, content="Mine. " + FIELDS.content)), edit)

    view.refresh(goal(replace(FIELDS, content="Coach’s")), {"content"}, by_coach=True)

    assert view.plan.value() == "Mine. " + FIELDS.content
    assert view.slot("content").note.has_theirs
    assert view.edit() == GoalEdit()


def test_the_coachs_version_can_be_taken(view: GoalEditorView) -> None:
    view.show_goal(goal())
    _type(view.title.editor, "My ")
    view.refresh(goal(replace(FIELDS, title="Coach")), {"title"}, by_coach=True)

    view.slot("title").note.theirs.click()

    assert view.title.value() == "Coach"
    assert view.edit() == GoalEdit()
    assert not view.slot("title").note.isVisible()


def test_the_own_version_can_be_kept(view: GoalEditorView) -> None:
    view.show_goal(goal())
    _type(view.title.editor, "My ")
    view.refresh(goal(replace(FIELDS, title="Coach")), {"title"}, by_coach=True)

    view.slot("title").note.mine.click()

    assert view.edit() == GoalEdit(title="My Run a half marathon")
    assert not view.slot("title").note.isVisible()


def test_the_coachs_version_can_be_taken_after_the_own_was_saved(view: GoalEditorView) -> None:
    view.show_goal(goal())
    _type(view.title.editor, "My ")
    view.refresh(goal(replace(FIELDS, title="Coach")), {"title"}, by_coach=True)
    view.mark_saved(goal(replace(FIELDS, title="My Run a half marathon")), view.edit())

    view.slot("title").note.theirs.click()

    assert view.edit() == GoalEdit(title="Coach")


def test_milestones_of_both_hands_are_joined(view: GoalEditorView) -> None:
    view.show_goal(goal())
    view.open_tab("milestones")
    _type(view.milestones.rows[1].title, "!")
    first, second, third = FIELDS.milestones
    added = Milestone("18 km", id=MilestoneId(9))

    view.refresh(goal(replace(FIELDS, milestones=(first, second, added, third))), {"milestones"}, by_coach=True)

    assert [row.milestone.title for row in view.milestones.rows] == ["Run 5 km", "!Run 10 km", "18 km", "Race day"]
    assert view.milestones.rows[1].title.hasFocus()
    assert [row.dot.isVisible() for row in view.milestones.rows] == [False, False, True, False]
    assert not view.slot("milestones").note.has_theirs


def test_what_is_typed_while_saving_stays_unsaved(view: GoalEditorView) -> None:
    view.show_goal(goal())
    _type(view.title.editor, "My ")
    edit = view.edit()
    _type(view.title.editor, "own ")

    view.mark_saved(goal(replace(FIELDS, title="My Run a half marathon")), edit)

    assert view.edit() == GoalEdit(title="My own Run a half marathon")


def test_a_new_milestone_gets_its_identity_although_it_changed_meanwhile(view: GoalEditorView) -> None:
    view.show_goal(goal(replace(FIELDS, milestones=())))
    view.open_tab("milestones")
    _type(view.milestones.add_line, "First")
    QTest.keyClick(view.milestones.add_line, Qt.Key.Key_Return)
    edit = view.edit()
    _type(view.milestones.rows[0].title, "The ")

    view.mark_saved(goal(replace(FIELDS, milestones=(Milestone("First", id=MilestoneId(7)),))), edit)

    assert view.edit() == GoalEdit(milestones=(Milestone("The First", id=MilestoneId(7)),))


def test_the_same_edit_saved_twice_leaves_nothing_unsaved(view: GoalEditorView) -> None:
    view.show_goal(goal())
    _type(view.title.editor, "  ")
    edit = view.edit()

    view.mark_saved(goal(), edit)

    assert view.edit() == GoalEdit()


def test_a_save_that_tidies_the_value_shows_it_once_the_field_is_left(view: GoalEditorView) -> None:
    view.show_goal(goal())
    _type(view.title.editor, "My  ")
    view.plan.setFocus()

    view.mark_saved(goal(replace(FIELDS, title="My Run a half marathon")), view.edit())

    assert view.title.value() == "My Run a half marathon"


@pytest.mark.parametrize(
    ("phase", "enabled"),
    [
        (Phase.DRAFT, (True, True, False)),
        (Phase.ACTIVE, (True, True, True)),
        (Phase.COMPLETED, (False, True, True)),
        (Phase.ARCHIVED, (True, True, True)),
    ],
)
def test_only_moves_that_are_allowed_are_offered(view: GoalEditorView, phase: Phase, enabled: tuple[bool, ...]) -> None:
    view.show_goal(goal(replace(FIELDS, phase=phase)))

    segments = [view.phase.segment(name) for name in (Phase.DRAFT, Phase.ACTIVE, Phase.COMPLETED)]
    assert tuple(segment.isEnabled() for segment in segments) == enabled
    assert all(segment.toolTip() or segment.isEnabled() for segment in segments)


def test_a_phase_is_asked_for_and_shown_only_when_it_is_stored(view: GoalEditorView) -> None:
    wanted: list[str] = []
    view.phase_requested.connect(wanted.append)
    view.show_goal(goal())

    view.phase.segment(Phase.DRAFT).click()

    assert wanted == ["draft"]
    assert view.phase.phase is Phase.ACTIVE
    assert view.phase.segment(Phase.ACTIVE).isChecked()


def test_completing_with_open_milestones_asks_first(view: GoalEditorView) -> None:
    wanted: list[str] = []
    view.phase_requested.connect(wanted.append)
    view.show_goal(goal())

    view.phase.segment(Phase.COMPLETED).click()
    assert view.notices.question.label.text() == "2 milestones are still open. Complete the goal anyway?"
    view.notices.question.buttons[1].click()
    assert (wanted, view.notices.question.isVisible()) == ([], False)

    view.phase.segment(Phase.COMPLETED).click()
    QTest.keyClick(view.notices.question.buttons[0], Qt.Key.Key_Space)
    assert wanted == ["completed"]


def test_escape_takes_the_question_back(view: GoalEditorView) -> None:
    view.show_goal(goal())
    view.phase.segment(Phase.COMPLETED).click()

    QTest.keyClick(view.notices.question.buttons[0], Qt.Key.Key_Escape)

    assert not view.notices.question.isVisible()


def test_an_archived_goal_says_so_and_offers_the_way_back(view: GoalEditorView) -> None:
    wanted: list[bool] = []
    view.restore_requested.connect(lambda: wanted.append(True))
    view.show_goal(goal(replace(FIELDS, phase=Phase.ARCHIVED)))

    view.notices.archived.buttons[0].click()

    assert wanted == [True]
    assert view.header.restore_action.isVisible()
    assert not view.header.archive_action.isVisible()


def test_a_typed_deadline_is_taken_in_any_form(view: GoalEditorView) -> None:
    view.show_goal(goal())
    view.deadline.editor.setFocus()
    view.deadline.editor.selectAll()

    QTest.keyClicks(view.deadline.editor, "2026-06-01")
    QTest.keyClick(view.deadline.editor, Qt.Key.Key_Return)

    assert view.edit() == GoalEdit(deadline=date(2026, 6, 1))
    assert view.deadline.editor.text() == "Mon 1 Jun 2026"


def test_what_is_no_date_stays_in_the_field_with_the_reason(view: GoalEditorView) -> None:
    view.show_goal(goal())
    view.deadline.editor.setFocus()
    view.deadline.editor.selectAll()

    QTest.keyClicks(view.deadline.editor, "next spring")
    view.title.setFocus()

    assert view.deadline.editor.text() == "next spring"
    assert "is not a date" in view.slot("deadline").note.label.text()
    assert view.edit() == GoalEdit()
    assert view.has_problem


@pytest.mark.parametrize(
    "text", ["31 February", "2026-02-31", "1 January 10000", "12026-05-17", "99999999999999999999"]
)
def test_a_day_that_is_none_is_told_and_the_deadline_stays_as_it_was(view: GoalEditorView, text: str) -> None:
    view.show_goal(goal())
    view.deadline.editor.setFocus()
    view.deadline.editor.selectAll()
    QTest.keyClicks(view.deadline.editor, text)
    view.title.setFocus()
    assert view.deadline.editor.text() == text
    assert view.slot("deadline").note.label.text()
    assert view.edit() == GoalEdit()


def test_a_day_that_is_past_is_kept_and_said_to_be_late(view: GoalEditorView) -> None:
    view.show_goal(goal())
    view.deadline.editor.setFocus()
    view.deadline.editor.selectAll()
    QTest.keyClicks(view.deadline.editor, "2026-03-01")
    QTest.keyClick(view.deadline.editor, Qt.Key.Key_Return)
    assert view.edit() == GoalEdit(deadline=date(2026, 3, 1))
    assert view.deadline._distance.text() == "11 days late"


def test_a_day_is_chosen_from_the_calendar_by_keyboard(view: GoalEditorView) -> None:
    left: list[bool] = []
    view.field_left.connect(lambda: left.append(True))
    view.show_goal(goal())

    QTest.keyClick(view.deadline.button, Qt.Key.Key_Space)
    popup = view.deadline._popup
    assert popup is not None
    assert popup.isVisible()
    grid = popup.calendar.focusProxy() or QApplication.focusWidget()
    assert grid is not None
    QTest.keyClick(grid, Qt.Key.Key_Right)
    QTest.keyClick(grid, Qt.Key.Key_Return)

    assert view.edit() == GoalEdit(deadline=date(2026, 5, 18))
    assert not popup.isVisible()
    assert left


def test_the_deadline_can_be_taken_away(view: GoalEditorView) -> None:
    view.show_goal(goal())
    view.deadline.open_calendar()
    assert view.deadline._popup is not None

    view.deadline._popup._none.click()

    assert view.edit() == GoalEdit(deadline=None)


def test_a_completed_goal_is_not_late(view: GoalEditorView) -> None:
    late = replace(FIELDS, deadline=date(2026, 3, 1))

    view.show_goal(goal(late))
    assert view.deadline._distance.text() == "11 days late"
    view.show_goal(goal(replace(late, phase=Phase.COMPLETED)))
    assert view.deadline._distance.text() == ""


def test_enter_or_a_comma_ends_a_tag(view: GoalEditorView) -> None:
    view.show_goal(goal())
    view.tags.add_button.click()

    QTest.keyClicks(view.tags.editor, "spring, Running,5 km")
    QTest.keyClick(view.tags.editor, Qt.Key.Key_Return)

    assert view.edit() == GoalEdit(tags=("running", "health", "spring", "5 km"))


def test_a_tag_is_taken_away_by_its_cross_and_by_backspace(view: GoalEditorView) -> None:
    view.show_goal(goal())

    view.tags.pills[0].cross.click()
    assert view.tags.value() == ("health",)
    view.tags.begin_tag()
    QTest.keyClick(view.tags.editor, Qt.Key.Key_Backspace)
    assert view.edit() == GoalEdit(tags=())


def test_a_tag_that_is_too_long_stays_with_the_reason(view: GoalEditorView) -> None:
    view.show_goal(goal())
    view.tags.begin_tag()

    QTest.keyClicks(view.tags.editor, "x" * 41)
    QTest.keyClick(view.tags.editor, Qt.Key.Key_Return)

    assert view.tags.editor.text() == "x" * 41
    assert "41 characters" in view.slot("tags").note.label.text()
    assert view.edit() == GoalEdit()


def test_a_tag_that_is_left_half_typed_is_taken(view: GoalEditorView) -> None:
    view.show_goal(goal())
    view.tags.begin_tag()
    QTest.keyClicks(view.tags.editor, "spring")

    view.title.setFocus()

    assert view.tags.value() == ("running", "health", "spring")


def test_escape_gives_a_tag_up(view: GoalEditorView) -> None:
    view.show_goal(goal())
    view.tags.begin_tag()
    QTest.keyClicks(view.tags.editor, "spring")

    QTest.keyClick(view.tags.editor, Qt.Key.Key_Escape)

    assert view.tags.value() == ("running", "health")
    assert view.tags.add_button.isVisible()


def test_a_template_is_chosen_from_its_menu(view: GoalEditorView) -> None:
    view.show_goal(goal())

    view.template.actions_by_template[Template.OKR].trigger()

    assert view.edit() == GoalEdit(template=Template.OKR)
    assert view.plan.value() == FIELDS.content


def test_the_next_edit_takes_the_banner_away(view: GoalEditorView) -> None:
    view.show_goal(goal())
    view.refresh(goal(replace(FIELDS, tags=())), {"tags"}, by_coach=True)
    assert view.notices.coach.label.text() == "Coach changed the tags just now"

    _type(view.title.editor, "x")

    assert not view.notices.coach.isVisible()


def test_review_opens_the_history(view: GoalEditorView) -> None:
    seen: list[bool] = []
    view.coach_change_seen.connect(lambda: seen.append(True))
    view.show_goal(goal())
    view.refresh(goal(replace(FIELDS, milestones=())), {"milestones"}, by_coach=True)

    view.notices.coach.buttons[0].click()

    assert view.history.isVisible()
    assert seen == [True]
    assert not view.notices.coach.isVisible()


def test_the_dot_of_a_tab_goes_when_it_is_opened(view: GoalEditorView) -> None:
    view.show_goal(goal())
    view.refresh(goal(replace(FIELDS, milestones=())), {"milestones"}, by_coach=True)
    tab = view.tabs.tabs[1]
    dots = [tab.has_dot]

    tab.click()
    dots.append(tab.has_dot)

    assert view.milestones.isVisible()
    assert dots == [True, False]


def test_a_failed_save_says_why_and_offers_to_try_again(view: GoalEditorView) -> None:
    wanted: list[bool] = []
    view.retry_requested.connect(lambda: wanted.append(True))
    view.show_goal(goal())

    view.set_save_status(SaveStatus.NOT_SAVED, "The disk is full.")
    view.header.retry.click()
    assert view.notices.error.label.text() == "The disk is full."
    assert wanted == [True]

    view.set_save_status(SaveStatus.SAVED)
    assert not view.notices.error.isVisible()
    assert not view.header.retry.isVisible()


def test_the_next_goal_begins_without_a_trace_of_the_one_before(view: GoalEditorView) -> None:
    view.show_goal(goal())
    view.tags.begin_tag()
    QTest.keyClicks(view.tags.editor, "half a tag")
    view.milestones.add_line.setText("half a milestone")
    view.refresh(goal(replace(FIELDS, deadline=None)), {"deadline"}, by_coach=True)

    view.show_goal(goal(GoalFields("Other"), number=2))

    assert not view.is_dirty
    assert view.milestones.add_line.text() == ""
    assert view.tags.editor.text() == ""
    assert not view.notices.coach.isVisible()
    assert not view.dot_of("deadline").isVisible()


def test_every_control_has_a_name(view: GoalEditorView) -> None:
    view.show_goal(goal())

    nameless = [
        widget
        for kind in (QAbstractButton, QLineEdit, QTextEdit)
        for widget in view.findChildren(kind)
        if not (widget.accessibleName() or (isinstance(widget, QAbstractButton) and widget.text()))
        and not widget.objectName().startswith("qt_")
    ]
    assert nameless == []


def test_tab_goes_through_the_editor_from_top_to_bottom(view: GoalEditorView) -> None:
    view.show_goal(goal())
    view.title.editor.setFocus()
    seen: list[QWidget] = []
    for _ in range(40):
        focus = QApplication.focusWidget()
        assert focus is not None
        if focus in seen:
            break
        seen.append(focus)
        QTest.keyClick(focus, Qt.Key.Key_Tab)

    tops = [widget.mapTo(view, widget.rect().topLeft()).y() for widget in seen if view.header is not widget.parent()]
    assert view.plan.editor in seen
    assert view.tags.pills[0].cross in seen
    assert all(below > above - 10 for above, below in pairwise(tops))


@pytest.mark.parametrize("width", [360, 420, 900])
@pytest.mark.parametrize("mode", [ThemeMode.LIGHT, ThemeMode.DARK])
def test_it_is_drawn_at_any_width_in_both_themes(
    view: GoalEditorView, theme: Theme, width: int, mode: ThemeMode
) -> None:
    theme.set_mode(mode)
    view.window().resize(width, 820)
    many = tuple(Milestone(f"Step {index} " + "x" * 150, id=MilestoneId(index + 1)) for index in range(50))
    view.show_goal(goal(replace(FIELDS, title="W" * 200, milestones=many, tags=tuple(f"tag {n}" for n in range(20)))))
    view.open_tab("milestones")

    picture = view.grab()

    assert view.width() == width
    assert picture.width() > 0
    assert view.minimumSizeHint().width() <= 360


def test_text_from_right_to_left_is_kept_and_mirrored(view: GoalEditorView) -> None:
    view.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    view.show_goal(goal(replace(FIELDS, title="לרוץ חצי מרתון", content="## מטרה\nלרוץ", tags=("ריצה", "בריאות"))))

    view.grab()

    assert view.title.value() == "לרוץ חצי מרתון"
    first, second = view.tags.pills
    assert first.x() > second.x()


def test_ticking_moves_the_progress(view: GoalEditorView) -> None:
    view.show_goal(goal())
    view.open_tab("milestones")

    QTest.keyClick(view.milestones.rows[1].check, Qt.Key.Key_Space)

    assert view.progress.label.text() == "2 of 3"
    assert view.milestones.value()[1].done_at == NOW
