"""What a link asks for."""

import pytest

from desktop_app.errors import InvalidValueError
from desktop_app.ui.openings.links import LONGEST_TEXT, ChatLink, GoalLink, NewChatLink, read_link


@pytest.mark.parametrize(
    ("link", "asked"),
    [
        ("goalgetter://goal/12", GoalLink(12)),
        ("GoalGetter://Goal/12/", GoalLink(12)),
        ("goalgetter:goal/0b7e3f9c-1111-4222-8333-444455556666", GoalLink("0b7e3f9c-1111-4222-8333-444455556666")),
        ("goalgetter://chat/3", ChatLink(3)),
        ("goalgetter://new?text=Run%20a%20half%20marathon", NewChatLink("Run a half marathon")),
        ("goalgetter://new?text=" + "a" * 30_000, NewChatLink("a" * LONGEST_TEXT)),
        ("goalgetter:", NewChatLink("")),
    ],
)
def test_a_link_says_what_it_asks_for(link: str, asked: object) -> None:
    assert read_link(link) == asked


@pytest.mark.parametrize(
    "link",
    [
        "goalgetter://delete/1",
        "goalgetter://goal/",
        "goalgetter://goal/../../etc/passwd",
        "goalgetter://goal/-1",
        "goalgetter://chat/one",
        "goalgetter://[",
    ],
)
def test_a_link_that_is_not_known_is_refused_with_those_that_are(link: str) -> None:
    with pytest.raises(InvalidValueError, match="GoalGetter knows"):
        read_link(link)
