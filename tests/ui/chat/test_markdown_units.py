"""Markdown as units."""

import pytest

from desktop_app.ui.chat.markdown import parse
from desktop_app.ui.chat.units import BOLD, CODE, ITALIC, STRUCK, Run, UnitKind, allowed_link, chunks, text_of


def test_paragraph_keeps_its_styles_and_links() -> None:
    (unit,) = parse("a **b** *c* ~~d~~ `e` [f](https://g.org)")
    assert [run for run in unit.runs if run.text != " "] == [
        Run("a "),
        Run("b", BOLD),
        Run("c", ITALIC),
        Run("d", STRUCK),
        Run("e", CODE),
        Run("f", 0, "https://g.org"),
    ]


def test_every_item_row_and_line_of_code_is_a_unit_of_its_own() -> None:
    units = parse("- a\n- b\n\n| x | y |\n|---|--:|\n| 1 | 2 |\n\n```py\none\ntwo\n```\n")
    assert [unit.kind for unit in units] == [UnitKind.TEXT] * 2 + [UnitKind.ROW] * 2 + [UnitKind.CODE] * 2
    assert [unit.aligns for unit in units[2:4]] == [("left", "right")] * 2
    assert [(unit.is_first, unit.is_last) for unit in units[4:]] == [(True, False), (False, True)]


def test_lists_are_numbered_from_their_start_and_tasks_have_their_mark() -> None:
    units = parse("3. a\n4. b\n   - [x] c\n   - [ ] d\n")
    assert [unit.marker for unit in units] == ["3.", "4.", "[x]", "[ ]"]
    assert units[2].indent > units[1].indent


def test_html_is_shown_as_it_is_written() -> None:
    units = parse("<script>alert(1)</script>\n\na <b>bold</b> word")
    assert [unit.text for unit in units] == ["<script>alert(1)</script>", "a <b>bold</b> word"]


def test_picture_is_a_labelled_link_and_nothing_is_loaded() -> None:
    (unit,) = parse("![a cat](https://cats.org/cat.png)")
    assert (unit.text, unit.runs[0].link) == ("Image: a cat", "https://cats.org/cat.png")


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "//host", "http\n://a"]
)
def test_links_other_than_web_and_mail_are_plain_text(address: str) -> None:
    assert allowed_link(address) == ""
    assert not any(run.link for unit in parse(f"[x](<{address}>)") for run in unit.runs)


def test_address_written_out_is_a_link_without_the_full_stop_behind_it() -> None:
    (unit,) = parse("See https://example.org/a_b (or not).")
    assert [run.link for run in unit.runs if run.link] == ["https://example.org/a_b"]
    assert unit.text == "See https://example.org/a_b (or not)."


def test_mail_address_is_a_mail_link() -> None:
    (unit,) = parse("<coach@example.org>")
    assert unit.runs[0].link == "mailto:coach@example.org"


def test_long_paragraph_is_cut_into_pieces_that_together_say_the_same() -> None:
    text = "word " * 3000
    pieces = list(chunks((Run(text[:7000]), Run(text[7000:], BOLD))))
    assert "".join(text_of(piece) for piece in pieces) == text
    assert max(len(text_of(piece)) for piece in pieces) <= 2300


def test_line_without_a_space_is_cut_all_the_same() -> None:
    units = parse("x" * 100_000)
    assert "".join(unit.text for unit in units) == "x" * 100_000
    assert max(len(unit.text) for unit in units) <= 2300


@pytest.mark.parametrize(
    "formula",
    [r"\(x_1 * y * z\)", r"\[a_i^*b_j^*\]", "$x_1*y*z$", "$$a*b*c$$", r"\(\frac{a}{b} \\ \text{c}\)", r"$\$5 = x$"],
)
def test_formula_stays_as_it_is_written(formula: str) -> None:
    (unit,) = parse(f"So **{formula}** and *{formula}* hold.")
    assert unit.text == f"So {formula} and {formula} hold."
    assert parse(f"| {formula} |\n|---|\n")[0].text == formula


def test_formula_over_several_lines_becomes_one() -> None:
    (unit,) = parse("\\[\nx_1 *\ny_1 *\n\\]")
    assert unit.text == r"\[ x_1 * y_1 * \]"


def test_prices_are_no_formulas() -> None:
    (unit,) = parse("From **$5** to **$6**, $5_000 or $6, and ($5)($6).")
    assert [run.text for run in unit.runs if run.style] == ["$5", "$6"]
    assert unit.text == "From $5 to $6, $5_000 or $6, and ($5)($6)."


def test_code_with_the_marks_of_a_formula_is_code() -> None:
    units = parse("`\\(x\\)`\n\n```\n\\(y\\)\n```")
    assert [unit.text for unit in units] == [r"\(x\)", r"\(y\)"]
