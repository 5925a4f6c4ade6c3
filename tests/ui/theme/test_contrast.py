"""Every pair of colours that carries words or a chart can be told apart."""

import pytest

from desktop_app.ui.theme.tokens import DARK, LIGHT, Tokens

SURFACES = ("sidebar", "canvas", "surface", "raised", "sunken")
TEXT_PAIRS = [
    *((text, surface) for text in ("text", "text_2", "text_3") for surface in (*SURFACES, "hover", "selected")),
    *(("text", surface) for surface in ("bubble", "accent_tint", "danger_tint", "warn_tint")),
    *(("text_2", surface) for surface in ("accent_tint", "danger_tint", "warn_tint", "bubble")),
    *((tone, surface) for tone in ("accent", "danger", "warn") for surface in SURFACES),
    ("accent", "accent_tint"),
    ("danger", "danger_tint"),
    ("warn", "warn_tint"),
    ("danger", "selected"),
    ("danger", "hover"),
    *((f"code_{what}", "sunken") for what in ("keyword", "string", "number", "comment", "name")),
    ("text", "accent_line"),  # selected
    ("text", "warn_line"),  # found
    *(("on_accent", surface) for surface in ("accent", "accent_hover", "accent_press")),
]
CHART_PAIRS = [
    (chart, surface)
    for chart in ("c_claude", "c_openai", "c_ollama", "c_builtin")
    for surface in ("canvas", "surface", "raised")
]
# The figures that the design's table promises as the worst case, light and dark.
PROMISED = {"text": (11.9, 9.5), "text_2": (5.9, 5.9), "text_3": (4.7, 4.7)}


def luminance(color: str) -> float:
    """WCAG's relative luminance of #RRGGBB."""
    channels = [int(color[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """WCAG's contrast of two colours, 1 to 21."""
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "surface"), TEXT_PAIRS)
def test_words_are_readable_on_every_surface_they_stand_on(tokens: Tokens, text: str, surface: str) -> None:
    assert contrast(getattr(tokens, text), getattr(tokens, surface)) >= 4.5


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("chart", "surface"), CHART_PAIRS)
def test_charts_stand_out_from_what_is_behind_them(tokens: Tokens, chart: str, surface: str) -> None:
    assert contrast(getattr(tokens, chart), getattr(tokens, surface)) >= 3.0


@pytest.mark.parametrize("token", PROMISED)
def test_text_has_the_contrast_that_the_design_promises(token: str) -> None:
    surfaces = (*SURFACES, "hover", "selected")
    worst = [
        min(contrast(getattr(tokens, token), getattr(tokens, surface)) for surface in surfaces)
        for tokens in (LIGHT, DARK)
    ]
    assert worst == pytest.approx(PROMISED[token], abs=0.06)
