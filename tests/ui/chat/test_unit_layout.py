"""Where texts stand: those read from the right at the right, cells of wide tables all in sight."""

from desktop_app.ui.chat.items import CoachText, YouItem
from desktop_app.ui.chat.thread_view import ThreadView
from tests.ui.chat.conftest import ShowThread

_HEBREW = "שלום, הנה **תוכנית** קצרה.\n\n- פריט ראשון\n\n1. אחת\n\nAnd in English.\n\n```\nשלום = 1\n```\n"


def _edges(view: ThreadView, unit: int) -> tuple[float, float]:
    """Where the first line of a unit's text begins and ends."""
    (box,) = view.column.rows[0].laid[unit].texts
    line = box.layout.lineAt(0)
    left = box.x + line.naturalTextRect().left()
    return left, left + line.naturalTextWidth()


def test_text_that_is_read_from_the_right_stands_there_with_its_marks(show_thread: ShowThread) -> None:
    view = show_thread([CoachText(1, _HEBREW)])
    width = view.column.width
    laid = view.column.rows[0].laid
    assert abs(_edges(view, 0)[1] - width) < 2
    assert abs(_edges(view, 1)[1] - (width - 20)) < 2
    (bullet,) = laid[1].shapes
    assert width - 20 < bullet.rect.left() < width  # type: ignore[union-attr]
    (number,) = laid[2].labels
    assert number.x >= width - 26
    assert _edges(view, 3)[0] < 1
    assert _edges(view, 4)[0] < 20  # code is read from the left


def test_bubble_holds_a_short_text_that_is_read_from_the_right(show_thread: ShowThread) -> None:
    view = show_thread([YouItem(1, "שלום")])
    (bubble,) = [shape for shape in view.column.rows[0].laid[0].shapes if hasattr(shape, "rect")]
    left, right = _edges(view, 0)
    assert bubble.rect.left() < left < right < bubble.rect.right()


def test_cells_that_do_not_fit_side_by_side_stand_below_each_other(show_thread: ShowThread) -> None:
    words = [f"wonderful{number}" for number in range(30)]
    head, line = "|".join(words), "|".join(["---"] * 30)
    view = show_thread([CoachText(1, f"|{head}|\n|{line}|\n|{head}|\n")])
    for unit in (0, 1):
        laid = view.column.rows[0].laid[unit]
        assert len(laid.texts) == 30
        assert all(box.x + box.natural_width <= view.column.width for box in laid.texts)
        assert all(box.y + box.height <= laid.height for box in laid.texts)
    assert view.column.rows[0].laid[0].texts[7].x == view.column.rows[0].laid[1].texts[7].x


def test_no_word_of_a_table_is_broken_as_long_as_there_is_room(show_thread: ShowThread) -> None:
    view = show_thread([CoachText(1, f"|Distance|Note|\n|---|---|\n|6 km|{'many words of a note ' * 20}|\n")])
    assert all(box.layout.lineCount() == 1 for box in view.column.rows[0].laid[0].texts)
