"""The design's colours and sizes, as values. Colours are #RRGGBB, or #AARRGGBB where they are translucent."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours of one theme; the names say what each is for."""

    is_dark: bool
    sidebar: str
    canvas: str
    surface: str
    raised: str
    sunken: str
    hover: str
    selected: str
    bubble: str
    border: str
    border_strong: str
    text: str
    text_2: str
    text_3: str
    accent: str
    accent_hover: str
    accent_press: str
    accent_tint: str
    accent_line: str
    on_accent: str
    danger: str
    danger_tint: str
    danger_line: str
    warn: str
    warn_tint: str
    warn_line: str
    c_builtin: str
    c_claude: str
    c_openai: str
    c_ollama: str
    code_keyword: str
    code_string: str
    code_number: str
    code_comment: str
    code_name: str
    shadow: str
    scrim: str


LIGHT: Final = Tokens(
    is_dark=False,
    sidebar="#F3F0EA",
    canvas="#FBFAF7",
    surface="#FFFFFF",
    raised="#FFFFFF",
    sunken="#F5F2EC",
    hover="#ECE8E0",
    selected="#E4DFD5",
    bubble="#EFEBE3",
    border="#E6E1D8",
    border_strong="#CDC6B9",
    text="#25221E",
    text_2="#585149",
    text_3="#665F55",
    accent="#1C6B57",
    accent_hover="#165646",
    accent_press="#114437",
    accent_tint="#E3EFEA",
    accent_line="#BCD8CD",
    on_accent="#FFFFFF",
    danger="#A93022",
    danger_tint="#FBECE9",
    danger_line="#EDC8C1",
    warn="#805200",
    warn_tint="#FBF2DF",
    warn_line="#E8D2A4",
    c_builtin="#1C6B57",
    c_claude="#C2713C",
    c_openai="#4A78AE",
    c_ollama="#938A7C",
    code_keyword="#7A4A12",
    code_string="#1C6B57",
    code_number="#2F5F99",
    code_comment="#665F55",
    code_name="#6E3B78",
    shadow="#293C3223",
    scrim="#472D2820",
)

DARK: Final = Tokens(
    is_dark=True,
    sidebar="#181715",
    canvas="#1D1C1A",
    surface="#232120",
    raised="#2A2826",
    sunken="#1A1917",
    hover="#34312D",
    selected="#3C3834",
    bubble="#2E2B28",
    border="#34312D",
    border_strong="#4F4A43",
    text="#EDE8E0",
    text_2="#C0B8AD",
    text_3="#ABA398",
    accent="#6BC4A7",
    accent_hover="#83D2B8",
    accent_press="#58B195",
    accent_tint="#1F332D",
    accent_line="#305346",
    on_accent="#0C211A",
    danger="#F28B7D",
    danger_tint="#3A221F",
    danger_line="#5E342E",
    warn="#E2B15C",
    warn_tint="#352A18",
    warn_line="#594625",
    c_builtin="#6BC4A7",
    c_claude="#D98A55",
    c_openai="#6F9BD1",
    c_ollama="#8F877B",
    code_keyword="#E2B15C",
    code_string="#7FCBAF",
    code_number="#8DB4E2",
    code_comment="#ABA398",
    code_name="#CFA3D8",
    shadow="#73000000",
    scrim="#80000000",
)


@dataclass(frozen=True, slots=True)
class TextSize:
    """A type size and its line height, in device-independent pixels."""

    px: int
    line_px: int


CAPTION: Final = TextSize(11, 16)
SMALL: Final = TextSize(12, 18)
UI: Final = TextSize(13, 20)
BODY: Final = TextSize(14, 22)
LEAD: Final = TextSize(16, 24)
TITLE: Final = TextSize(20, 28)
HERO: Final = TextSize(28, 36)

RADIUS_BADGE: Final = 4
RADIUS_CONTROL: Final = 6
RADIUS_CARD: Final = 10
RADIUS_COMPOSER: Final = 14

CONTROL_SMALL: Final = 24
CONTROL: Final = 30
CONTROL_LARGE: Final = 36
HEADER: Final = 52

SIDEBAR_WIDTH: Final = 252
EDITOR_WIDTH: Final = 420
THREAD_WIDTH: Final = 672
COMPOSER_WIDTH: Final = 704
BUBBLE_WIDTH: Final = 520
EDITOR_OVERLAY_BELOW: Final = 1180
SIDEBAR_HIDDEN_BELOW: Final = 860
