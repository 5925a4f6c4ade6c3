"""The theme dresses an application, and what it handed out follows a change."""

import re
from dataclasses import asdict

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontInfo, QFontMetrics, QIcon, QImage, QPixmap
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from desktop_app.paths import resources_dir
from desktop_app.ui.theme.controls import icon_button, push_button
from desktop_app.ui.theme.fonts import FIRST_FONTS, LATER_FONTS, load_fonts
from desktop_app.ui.theme.icons import icon_pixmap
from desktop_app.ui.theme.stylesheet import restyle, stylesheet
from desktop_app.ui.theme.theme import Theme, ThemeMode, Weight
from desktop_app.ui.theme.tokens import DARK, HERO, LIGHT, UI, Tokens


def ink(pixmap: QPixmap) -> set[str]:
    """The colours of the pixels that are wholly painted."""
    image = pixmap.toImage().convertToFormat(QImage.Format.Format_ARGB32)
    pixels = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    return {pixel.name() for pixel in pixels if pixel.alpha() == 255}


def test_all_fonts_are_bundled_with_their_licences() -> None:
    folder = resources_dir() / "fonts"
    assert all((folder / name).is_file() for name in FIRST_FONTS + LATER_FONTS)
    assert "SIL OPEN FONT LICENSE" in (folder / "Inter-OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE" in (folder / "JetBrainsMono-OFL.txt").read_text(encoding="utf-8")
    assert sum((folder / name).stat().st_size for name in FIRST_FONTS + LATER_FONTS) < 3_000_000


def test_every_weight_is_drawn_from_the_bundled_fonts(theme: Theme) -> None:
    assert load_fonts(FIRST_FONTS + LATER_FONTS) == ()
    assert {QFontInfo(theme.font(UI, weight)).family() for weight in Weight} == {"Inter"}
    assert QFontInfo(theme.font(HERO, Weight.SEMIBOLD)).family() == "Inter Display"
    assert QFontInfo(theme.mono_font()).family() == "JetBrains Mono"
    widths = [QFontMetrics(theme.font(UI, weight)).horizontalAdvance("Half marathon plan") for weight in Weight]
    assert widths == sorted(set(widths))


def test_figures_are_tabular_and_words_are_not_torn_apart(theme: Theme) -> None:
    metrics = QFontMetrics(theme.font(UI))
    assert metrics.horizontalAdvance("1111") == metrics.horizontalAdvance("8888")
    plain = theme.font(UI)
    plain.unsetFeature(QFont.Tag("tnum"))
    assert metrics.horizontalAdvance("check-in (now).") == QFontMetrics(plain).horizontalAdvance("check-in (now).")


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_the_style_sheet_knows_every_token_and_file_it_names(tokens: Tokens) -> None:
    sheet = stylesheet(tokens)
    assert "@" not in sheet
    files = re.findall(r"url\(([^)]+)\)", sheet)
    assert files
    assert all((resources_dir() / "icons" / "controls" / name.rsplit("/", 1)[1]).is_file() for name in files)


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_icons_that_the_style_sheet_names_have_a_colour_of_the_theme(tokens: Tokens) -> None:
    mode = "dark" if tokens.is_dark else "light"
    colors = set(asdict(tokens).values())
    for path in (resources_dir() / "icons" / "controls").glob(f"*-{mode}.svg"):
        strokes = re.findall(r'stroke="(#\w+)"', path.read_text(encoding="utf-8"))
        assert set(strokes) <= colors, path.name


def test_a_change_of_mode_reaches_style_sheet_palette_and_listeners(theme: Theme, qapp: QApplication) -> None:
    told: list[Tokens] = []
    theme.changed.connect(lambda: told.append(theme.tokens))
    theme.set_mode(ThemeMode.DARK)
    theme.set_mode(ThemeMode.DARK)
    assert told == [DARK]
    assert DARK.canvas in qapp.styleSheet()
    assert qapp.palette().window().color() == QColor(DARK.canvas)


def test_an_icon_follows_the_theme_without_being_set_again(theme: Theme) -> None:
    icon = theme.icon("plus", "accent")
    before = ink(icon.pixmap(QSize(32, 32)))
    theme.set_mode(ThemeMode.DARK)
    assert before == {LIGHT.accent.lower()}
    assert ink(icon.pixmap(QSize(32, 32))) == {DARK.accent.lower()}
    assert ink(icon.pixmap(QSize(32, 32), QIcon.Mode.Disabled)) == {DARK.text_3.lower()}


def test_an_icon_is_as_sharp_as_the_screen(theme: Theme) -> None:
    pixmap = theme.pixmap("settings", "text", 16, 2.0)
    assert pixmap.size() == QSize(32, 32)
    assert pixmap.deviceIndependentSize().toSize() == QSize(16, 16)
    assert theme.icon("settings").pixmap(QSize(16, 16), 2.0).size() == QSize(32, 32)


def test_every_bundled_icon_can_be_drawn(theme: Theme) -> None:
    names = [path.stem for path in (resources_dir() / "icons" / "lucide").glob("*.svg")]
    assert len(names) > 45
    for name in names:
        assert ink(icon_pixmap(name, "#FF0000", 64, 1.0)) == {"#ff0000"}, name


def test_an_icon_that_is_not_bundled_is_a_mistake_that_shows(theme: Theme) -> None:
    with pytest.raises(FileNotFoundError):
        theme.pixmap("no-such-icon")


@pytest.mark.parametrize("kind", ["", "primary", "ghost", "danger", "link", "pill"])
@pytest.mark.parametrize("scale", ["", "small", "large"])
def test_the_focus_ring_moves_nothing(theme: Theme, qtbot: QtBot, kind: str, scale: str) -> None:
    button = push_button("Send", kind, scale)
    qtbot.addWidget(button)
    button.ensurePolished()
    before = button.sizeHint()
    button.show()
    button.activateWindow()
    button.setFocus()
    qtbot.waitUntil(button.hasFocus)
    restyle(button)
    assert button.sizeHint() == before


def test_controls_have_the_heights_of_the_design(theme: Theme) -> None:
    heights = [_shown(push_button("Send", "", scale)).sizeHint().height() for scale in ("small", "", "large")]
    assert heights == [24, 30, 36]
    button = icon_button(theme, "menu", "Menu", hint="F10")
    button.ensurePolished()
    assert button.minimumSize() == button.maximumSize() == QSize(28, 28)
    assert (button.accessibleName(), button.toolTip()) == ("Menu", "Menu (F10)")


def _shown(button: QPushButton) -> QPushButton:
    button.ensurePolished()
    return button


@pytest.mark.parametrize(("mode", "told"), [(ThemeMode.SYSTEM, 1), (ThemeMode.LIGHT, 0), (ThemeMode.DARK, 0)])
def test_only_a_theme_like_the_system_follows_it(qapp: QApplication, mode: ThemeMode, told: int) -> None:
    theme = Theme(mode)
    spy = QSignalSpy(theme.changed)
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert spy.count() == told


def test_colours_are_found_by_token_or_given_as_they_are(theme: Theme) -> None:
    assert theme.color("accent") == QColor(LIGHT.accent)
    assert theme.color("#123456") == QColor(0x12, 0x34, 0x56)
