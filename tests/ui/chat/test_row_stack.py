"""Rows that come, change and go stand where a stack made anew of them would put them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.ui.chat.ink import Ink
from desktop_app.ui.chat.items import CoachText, FooterItem, ThreadItem, YouItem
from desktop_app.ui.chat.row_stack import RowStack, make_row
from desktop_app.ui.theme.theme import Theme

_STEPS = st.lists(
    st.tuples(st.sampled_from(["append", "replace", "remove", "truncate"]), st.integers(0, 30), st.integers(0, 2)),
    max_size=25,
)


def _item(key: int, sort: int) -> ThreadItem:
    return (YouItem(key, "words"), CoachText(key, "words\n\nmore"), FooterItem(key, "Coach", ()))[sort]


@pytest.mark.usefixtures("qapp")
def test_it_says_what_a_stack_made_anew_says(theme: Theme) -> None:
    ink = Ink(theme)

    @given(_STEPS)
    def check(steps: list[tuple[str, int, int]]) -> None:
        stack = RowStack()
        for number, (step, at, sort) in enumerate(steps):
            count = len(stack.rows)
            if step == "append" or not count:
                stack.append(make_row(_item(number, sort), ink))
            elif step == "replace":
                stack.replace(at % count, make_row(_item(stack.rows[at % count].key, sort), ink))
            elif step == "remove":
                stack.remove(at % count)
            else:
                stack.truncate(at % count)
        gaps = [row.gap for row in stack.rows]
        places = [stack.position(row.key) for row in stack.rows]
        anew = RowStack(stack.rows)
        assert gaps == [row.gap for row in anew.rows]
        assert places == list(range(len(anew.rows)))
        assert [stack.heights.top(i) for i in range(len(gaps) + 1)] == [
            anew.heights.top(i) for i in range(len(gaps) + 1)
        ]

    check()
