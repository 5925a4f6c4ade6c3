"""Code has colours: quick ones as it comes, those of Pygments once its box is closed."""

import itertools

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.ui.chat.coach_row import CoachRow
from desktop_app.ui.chat.code_colors import Code, CodeColors, find_lines, is_searchable
from desktop_app.ui.chat.items import CoachText
from desktop_app.ui.chat.syntax import COMMENT, KEYWORD, NAME, NUMBER, STRING, language_of, quick_pieces
from desktop_app.ui.chat.thread_view import ThreadView
from desktop_app.ui.theme.theme import ThemeMode
from tests.ui.chat.conftest import ShowThread

_PYTHON = '```python\nx = """one\nreturn 5"""\n```\n\nEnd.'


def _parts(line: str, language: str) -> list[tuple[str, str]]:
    return [(line[start:end], token) for start, end, token in quick_pieces(line, language)]


def _tokens(view: ThreadView, unit: int) -> set[str]:
    """The colours of a line on screen."""
    row = view.column.rows[0]
    assert isinstance(row, CoachRow)
    formats = row.laid[unit].texts[0].layout.formats()
    return {entry.format.foreground().color().name() for entry in formats}


def test_a_line_has_its_comment_string_number_and_words() -> None:
    assert _parts("def run(n=12): return 'a # b'  # why", "python") == [
        ("def", KEYWORD),
        ("run", NAME),
        ("12", NUMBER),
        ("return", KEYWORD),
        ("'a # b'", STRING),
        ("# why", COMMENT),
    ]
    assert _parts('if (x) { y("z"); } // done', "js")[-1] == ("// done", COMMENT)
    assert _parts("SELECT a FROM b -- all", "sql") == [
        ("SELECT", KEYWORD),
        ("FROM", KEYWORD),
        ("-- all", COMMENT),
    ]


@pytest.mark.parametrize("language", ["", "text", "output"])
def test_plain_text_has_no_colours(language: str) -> None:
    assert quick_pieces("return 12", language) == []


@pytest.mark.parametrize(
    ("info", "language"),
    [("python", "python"), ("Python title=x", "python"), ("{.rust}", "rust"), ("", ""), ("js,linenos", "js")],
)
def test_language_is_the_first_word_of_the_opening_line(info: str, language: str) -> None:
    assert language_of(info) == language


def test_pygments_knows_what_goes_over_lines() -> None:
    lines = find_lines(Code("python", 'x = """one\nreturn 5"""\ny = 2'), lambda: 0.0)
    assert [token for _, _, token in lines[1]] == [STRING]
    assert (lines[1][0].start, lines[1][-1].end) == (0, 11)
    assert [token for _, _, token in lines[2]] == [NUMBER]


def test_unknown_language_and_a_search_that_takes_too_long_give_nothing() -> None:
    assert find_lines(Code("no-such-language", "x"), lambda: 0.0) == ()
    assert find_lines(Code("python", "x = 1\n" * 200), itertools.count(0.0, 5.0).__next__) == ()


def test_code_that_is_too_long_is_not_searched() -> None:
    assert is_searchable(Code("python", "x = 1\n" * 1000))
    assert not is_searchable(Code("python", "x = 1\n" * 20_000))
    assert not is_searchable(Code("python", "x" * 3000))


def test_each_piece_is_searched_once(qtbot: QtBot) -> None:
    colors = CodeColors()
    code = Code("python", "x = 1")
    with qtbot.waitSignal(colors.ready) as told:
        assert colors.lines(code) is None
        assert colors.lines(code) is None
    assert told.args == [code]
    assert colors.lines(code)


def test_closed_box_takes_the_better_colours_and_nothing_moves(show_thread: ShowThread, qtbot: QtBot) -> None:
    view = show_thread([CoachText(1, _PYTHON)])
    string, keyword = view.theme.color(STRING).name(), view.theme.color(KEYWORD).name()
    assert keyword in _tokens(view, 1)
    height = view.column.height
    qtbot.waitUntil(lambda: _tokens(view, 1) == {string})
    assert view.column.height == height


def test_open_box_has_quick_colours_until_it_is_closed(show_thread: ShowThread, qtbot: QtBot) -> None:
    view = show_thread([CoachText(1, "", is_streaming=True)])
    keyword = view.theme.color(KEYWORD).name()
    view.append_text(1, '```python\nx = """one\nreturn 5"""\n')
    view.flush()
    assert keyword in _tokens(view, 1)
    view.append_text(1, "```\n\nEnd.")
    view.flush()
    qtbot.waitUntil(lambda: keyword not in _tokens(view, 1))


def test_colours_follow_the_theme(show_thread: ShowThread, qtbot: QtBot) -> None:
    view = show_thread([CoachText(1, _PYTHON)])
    qtbot.waitUntil(lambda: len(_tokens(view, 1)) == 1)
    before = _tokens(view, 1)
    view.theme.set_mode(ThemeMode.DARK)
    assert _tokens(view, 1) == {view.theme.color(STRING).name()} != before
