"""Heights and their sums."""

from hypothesis import given
from hypothesis import strategies as st

from desktop_app.ui.chat.heights import HeightIndex


@given(st.lists(st.integers(0, 500), max_size=60), st.lists(st.tuples(st.integers(0, 59), st.integers(0, 500))))
def test_sums_stay_right_however_heights_change(heights: list[int], changes: list[tuple[int, int]]) -> None:
    index = HeightIndex(heights[: len(heights) // 2])
    for height in heights[len(heights) // 2 :]:
        index.append(height)
    for position, height in changes:
        if position < len(heights):
            heights[position] = height
            index.set(position, height)
    assert [index.top(i) for i in range(len(heights) + 1)] == [sum(heights[:i]) for i in range(len(heights) + 1)]


@given(st.lists(st.integers(1, 50), min_size=1, max_size=40), st.integers(-20, 2500))
def test_finding_goes_to_the_one_that_covers_the_place_or_the_nearest(heights: list[int], y: int) -> None:
    index = HeightIndex(heights)
    position = index.find(y)
    if 0 <= y < sum(heights):
        assert index.top(position) <= y < index.top(position) + heights[position]
    else:
        assert position == (0 if y < 0 else len(heights) - 1)


def test_truncated_index_grows_again() -> None:
    index = HeightIndex([1, 2, 3, 4, 5])
    index.truncate(2)
    index.append(10)
    assert (index.total(), index.top(2), len(index)) == (13, 3, 3)
