"""The style sheet, written with the tokens' names and filled in for one theme.

Dynamic properties choose the look; set them before the widget is shown, or call `restyle` after. (`text` and `size` are
Qt's own properties, hence `role` and `scale`.)

- buttons (QPushButton, QToolButton): `kind` = "primary", "ghost", "danger", "link", "icon" (28 px square), "pill",
  "segment" (checkable, in a QFrame with `kind` = "segments"), "tag"; `scale` = "small", "large"; `open` = true for a
  pressed-in pill
- QLabel: `tone` = "secondary", "quiet", "accent", "danger", "warn"; `role` = "caption", "small", "body", "lead",
  "title", "hero"; `strong` = true; `kind` = "badge" (with `tone`), "tag", "key"
- QFrame: `kind` = "card", "banner", "notice" (with `tone`), "line", "popover"
- text fields: QLineEdit has a border; `kind` = "plain" takes it away, `scale` = "large" makes it higher; "field"
  gives a border to QPlainTextEdit and QTextEdit
- any of QFrame, QWidget with WA_StyledBackground: `surface` = "sidebar", "canvas", "surface", "raised", "sunken"
"""

import re
from dataclasses import asdict
from typing import Final

from PySide6.QtWidgets import QWidget

from desktop_app.paths import resources_dir
from desktop_app.ui.theme.tokens import Tokens

_TOKEN: Final = re.compile(r"@(\w+)")


def stylesheet(tokens: Tokens) -> str:
    """The style sheet of one theme."""
    controls = (resources_dir() / "icons" / "controls").as_posix()
    values = {name: value for name, value in asdict(tokens).items() if isinstance(value, str)}
    values |= {"controls": controls, "mode": "dark" if tokens.is_dark else "light"}
    # The dark theme lifts the chosen segment with `selected`, the light one with `raised`.
    values["segment_on"] = values["selected"] if tokens.is_dark else values["raised"]
    return _TOKEN.sub(lambda match: values[match[1]], "".join(_PARTS))


def restyle(widget: QWidget) -> None:
    """Read the style sheet's rules for `widget` again after one of its dynamic properties changed."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


_SURFACES: Final = """
QMainWindow, QDialog { background: @canvas; }
QMessageBox QLabel#qt_msgbox_label { font-size: 14px; font-weight: 600; min-width: 300px; }
QMessageBox QLabel#qt_msgbox_informativelabel { color: @text_2; }
*[surface="sidebar"] { background: @sidebar; }
*[surface="canvas"] { background: @canvas; }
*[surface="surface"] { background: @surface; }
*[surface="raised"] { background: @raised; }
*[surface="sunken"] { background: @sunken; }
QFrame[kind="card"] { background: @surface; border: 1px solid @border; border-radius: 10px; }
QFrame[kind="popover"] { background: @raised; border: 1px solid @border_strong; border-radius: 14px; }
QFrame[kind="banner"] { background: @accent_tint; border: 1px solid @accent_line; border-radius: 8px; }
QFrame[kind="notice"] { background: @sunken; border: 1px solid @border; border-radius: 8px; }
QFrame[kind="notice"][tone="danger"] { background: @danger_tint; border-color: @danger_line; }
QFrame[kind="notice"][tone="warn"] { background: @warn_tint; border-color: @warn_line; }
QFrame[kind="line"] { background: @border; border: none; min-height: 1px; max-height: 1px; }
QFrame[kind="segments"] { background: @sunken; border: 1px solid @border; border-radius: 8px; }
QFrame[kind="sidebar"] { background: @sidebar; border: none; border-right: 1px solid @border; }
QFrame[kind="edge"] { background: @border; border: none; }
QFrame[kind="header"] { background: transparent; border: none; border-bottom: 1px solid @border; }
QFrame[kind="header"][bare="true"] { border-bottom-color: transparent; }
QToolTip { background: @raised; color: @text; border: 1px solid @border_strong; padding: 4px 7px; font-size: 12px; }
QSplitter::handle { background: @border; }
"""

_LABELS: Final = """
QLabel { background: transparent; }
QLabel[tone="secondary"] { color: @text_2; }
QLabel[tone="quiet"] { color: @text_3; }
QLabel[tone="accent"] { color: @accent; }
QLabel[tone="danger"] { color: @danger; }
QLabel[tone="warn"] { color: @warn; }
QLabel[role="caption"] { font-size: 11px; }
QLabel[role="small"] { font-size: 12px; }
QLabel[role="body"] { font-size: 14px; }
QLabel[role="lead"] { font-size: 16px; }
QLabel[role="title"] { font-family: "Inter Display", "Inter"; font-size: 20px; font-weight: 600; }
QLabel[role="hero"] { font-family: "Inter Display", "Inter"; font-size: 28px; font-weight: 600; }
QLabel[strong="true"] { font-weight: 600; }
QLabel[kind="badge"] { background: @sunken; color: @text_2; border: 1px solid @border; border-radius: 4px;
  padding: 0 7px; min-height: 18px; max-height: 18px; font-size: 11px; font-weight: 500; }
QLabel[kind="badge"][tone="accent"] { background: @accent_tint; color: @accent; border-color: @accent_line; }
QLabel[kind="badge"][tone="warn"] { background: @warn_tint; color: @warn; border-color: @warn_line; }
QLabel[kind="badge"][tone="danger"] { background: @danger_tint; color: @danger; border-color: @danger_line; }
QLabel[kind="tag"] { background: @sunken; color: @text_2; border: 1px solid @border; border-radius: 11px;
  padding: 0 8px; min-height: 20px; max-height: 20px; font-size: 12px; font-weight: 500; }
QLabel[kind="key"] { background: @surface; color: @text_2; border: 1px solid @border_strong; border-radius: 4px;
  padding: 0 5px; font-size: 11px; font-weight: 500; }
"""

_BUTTONS: Final = """
QPushButton, QToolButton { background: @surface; color: @text; border: 1px solid @border_strong; border-radius: 6px;
  padding: 0 12px; min-height: 28px; font-weight: 500; outline: none; }
QPushButton:hover, QToolButton:hover { background: @hover; }
QPushButton:pressed, QToolButton:pressed, QPushButton:checked, QToolButton:checked { background: @selected; }
QPushButton:focus, QToolButton:focus { border: 2px solid @accent; padding: 0 11px; min-height: 26px; }
QPushButton:disabled, QToolButton:disabled { background: transparent; color: @text_3; border-color: @border; }
*[kind="danger"] { color: @danger; }
*[kind="primary"] { background: @accent; border-color: @accent; color: @on_accent; }
*[kind="primary"]:hover { background: @accent_hover; border-color: @accent_hover; }
*[kind="primary"]:pressed { background: @accent_press; border-color: @accent_press; }
*[kind="primary"]:focus { border: 2px solid @accent_press; }
*[kind="primary"]:disabled { background: transparent; color: @text_3; border-color: @border; }
*[kind="ghost"], *[kind="icon"] { background: transparent; border-color: transparent; color: @text_2; }
*[kind="ghost"]:hover, *[kind="icon"]:hover { background: @hover; color: @text; }
*[kind="ghost"]:pressed, *[kind="icon"]:pressed, *[kind="icon"]:checked { background: @selected; color: @text; }
*[kind="ghost"]:focus, *[kind="icon"]:focus { border: 2px solid @accent; }
*[kind="ghost"]:disabled, *[kind="icon"]:disabled { color: @text_3; border-color: transparent; }
QPushButton[scale="small"], QToolButton[scale="small"] { padding: 0 8px; min-height: 22px; border-radius: 5px;
  font-size: 12px; }
QPushButton[scale="small"]:focus, QToolButton[scale="small"]:focus { padding: 0 7px; min-height: 20px; }
QPushButton[scale="large"], QToolButton[scale="large"] { padding: 0 16px; min-height: 34px; }
QPushButton[scale="large"]:focus, QToolButton[scale="large"]:focus { padding: 0 15px; min-height: 32px; }
QPushButton[kind="icon"], QToolButton[kind="icon"] { padding: 0; min-height: 26px; max-height: 26px; min-width: 26px;
  max-width: 26px; }
QPushButton[kind="icon"]:focus, QToolButton[kind="icon"]:focus { padding: 0; min-height: 24px; max-height: 24px;
  min-width: 24px; max-width: 24px; }
QPushButton[kind="icon"][scale="small"], QToolButton[kind="icon"][scale="small"] { min-height: 20px; max-height: 20px;
  min-width: 20px; max-width: 20px; border-radius: 5px; }
QPushButton[kind="icon"][scale="small"]:focus, QToolButton[kind="icon"][scale="small"]:focus { min-height: 18px;
  max-height: 18px; min-width: 18px; max-width: 18px; }
QPushButton[kind="link"], QToolButton[kind="link"] { background: transparent; border: 1px solid transparent;
  color: @accent; padding: 0 2px; min-height: 18px; border-radius: 4px; }
QPushButton[kind="link"]:hover, QToolButton[kind="link"]:hover { color: @accent_hover; text-decoration: underline; }
QPushButton[kind="link"]:focus, QToolButton[kind="link"]:focus { border: 2px solid @accent; padding: 0 1px;
  min-height: 16px; }
QPushButton[kind="link"]:disabled, QToolButton[kind="link"]:disabled { color: @text_3; }
QPushButton[kind="pill"], QToolButton[kind="pill"] { border-radius: 15px; padding: 0 10px; }
QPushButton[kind="pill"]:focus, QToolButton[kind="pill"]:focus { border: 2px solid @accent; padding: 0 9px; }
*[kind="pill"][open="true"] { border: 2px solid @accent; padding: 0 9px; min-height: 26px; }
QPushButton[kind="tag"], QToolButton[kind="tag"] { background: @sunken; color: @text_2; border: 1px solid @border;
  border-radius: 11px; padding: 0 8px; min-height: 20px; max-height: 20px; font-size: 12px; }
QPushButton[kind="tag"]:hover, QToolButton[kind="tag"]:hover { background: @hover; }
QPushButton[kind="tag"]:checked, QToolButton[kind="tag"]:checked { background: @selected; color: @text;
  border-color: @border_strong; }
QPushButton[kind="tag"]:focus, QToolButton[kind="tag"]:focus { border: 2px solid @accent; padding: 0 7px;
  min-height: 18px; max-height: 18px; }
QPushButton[kind="segment"], QToolButton[kind="segment"] { background: transparent; color: @text_2;
  border: 1px solid transparent; border-radius: 6px; padding: 0 10px; min-height: 24px; max-height: 24px; }
QPushButton[kind="segment"]:hover, QToolButton[kind="segment"]:hover { background: @hover; }
QPushButton[kind="segment"]:checked, QToolButton[kind="segment"]:checked { background: @segment_on; color: @text;
  border-color: @border_strong; }
QPushButton[kind="segment"]:focus, QToolButton[kind="segment"]:focus { border: 2px solid @accent; padding: 0 9px;
  min-height: 22px; max-height: 22px; }
QPushButton[kind="segment"]:disabled, QToolButton[kind="segment"]:disabled { color: @text_3; }
QToolButton::menu-indicator, QPushButton::menu-indicator { image: none; width: 0; }
"""

_INPUTS: Final = """
QLineEdit, QComboBox, QAbstractSpinBox, QPlainTextEdit[kind="field"], QTextEdit[kind="field"] { background: @surface;
  color: @text; border: 1px solid @border_strong; border-radius: 6px; padding: 0 9px; min-height: 28px;
  selection-background-color: @accent; selection-color: @on_accent; placeholder-text-color: @text_3; }
QLineEdit:focus, QComboBox:focus, QAbstractSpinBox:focus, QPlainTextEdit[kind="field"]:focus,
QTextEdit[kind="field"]:focus { border: 2px solid @accent; padding: 0 8px; min-height: 26px; }
QLineEdit:disabled, QComboBox:disabled, QAbstractSpinBox:disabled { background: transparent; color: @text_3;
  border-color: @border; }
QLineEdit[scale="large"] { min-height: 34px; }
QLineEdit[scale="large"]:focus { min-height: 32px; }
QLineEdit QToolButton { background: transparent; border: none; padding: 0; min-height: 0; }
QLineEdit[kind="plain"], QLineEdit[kind="plain"]:focus { background: transparent; border: none; padding: 0;
  min-height: 0; }
QPlainTextEdit, QTextEdit, QTextBrowser { background: transparent; color: @text; border: none;
  selection-background-color: @accent; selection-color: @on_accent; placeholder-text-color: @text_3; }
QPlainTextEdit[kind="field"], QTextEdit[kind="field"] { padding: 6px 5px; }
QPlainTextEdit[kind="field"]:focus, QTextEdit[kind="field"]:focus { padding: 5px 4px; }
QComboBox::drop-down, QDateEdit::drop-down { border: none; width: 24px; }
QComboBox::down-arrow, QDateEdit::down-arrow { image: url(@controls/chevron-down-@mode.svg); width: 14px;
  height: 14px; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { border: none; background: transparent; width: 18px; }
QAbstractSpinBox::up-arrow { image: url(@controls/chevron-up-@mode.svg); width: 12px; height: 12px; }
QAbstractSpinBox::down-arrow { image: url(@controls/chevron-down-@mode.svg); width: 12px; height: 12px; }
QCheckBox, QRadioButton { spacing: 8px; background: transparent; border: 2px solid transparent; border-radius: 6px;
  outline: none; }
QCheckBox:focus, QRadioButton:focus { border-color: @accent; }
QCheckBox::indicator { width: 16px; height: 16px; border: 1px solid @text_3; border-radius: 4px; background: @surface; }
QCheckBox[kind="milestone"]::indicator { border-radius: 9px; }
QCheckBox::indicator:hover { border-color: @accent; }
QCheckBox::indicator:checked { background: @accent; border-color: @accent; image: url(@controls/check-@mode.svg); }
QCheckBox::indicator:disabled { border-color: @border_strong; background: transparent; }
QRadioButton::indicator { width: 14px; height: 14px; border: 1px solid @text_3; border-radius: 8px;
  background: @surface; }
QRadioButton::indicator:checked { width: 6px; height: 6px; border: 5px solid @accent; }
QProgressBar { background: @selected; border: none; border-radius: 2px; min-height: 4px; max-height: 4px;
  color: transparent; }
QProgressBar::chunk { background: @accent; border-radius: 2px; }
QProgressBar[tone="warn"]::chunk { background: @warn; }
"""

_LISTS: Final = """
QAbstractItemView { background: transparent; color: @text; border: none; outline: none;
  selection-background-color: @selected; selection-color: @text; }
QComboBox QAbstractItemView { background: @raised; border: 1px solid @border_strong; border-radius: 6px; padding: 4px; }
QHeaderView { background: transparent; border: none; }
QHeaderView::section { background: transparent; color: @text_2; border: none; border-bottom: 1px solid @border;
  padding: 0 3px; font-size: 12px; font-weight: 500; min-height: 28px; }
QTableView::item { border-bottom: 1px solid @border; }
QTableView::item:selected { background: @selected; color: @text; }
QAbstractScrollArea::corner { background: transparent; }
QScrollArea { background: transparent; border: none; }
QScrollBar { background: transparent; border: none; margin: 0; }
QScrollBar:vertical { width: 10px; }
QScrollBar:horizontal { height: 10px; }
QScrollBar::handle { background: @border_strong; border: 3px solid transparent; border-radius: 5px; }
QScrollBar::handle:vertical { min-height: 32px; margin: 2px 2px 2px 2px; border-width: 0; border-radius: 3px; }
QScrollBar::handle:horizontal { min-width: 32px; margin: 2px; border-width: 0; border-radius: 3px; }
QScrollBar::handle:hover, QScrollBar::handle:pressed { background: @text_3; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QMenu { background: @raised; color: @text; border: 1px solid @border_strong; border-radius: 10px; padding: 5px; }
QMenu::item { padding: 5px 24px 5px 10px; border-radius: 6px; min-height: 18px; }
QMenu::item:selected { background: @hover; }
QMenu::item:disabled { color: @text_3; }
QMenu::separator { height: 1px; background: @border; margin: 5px 8px; }
QMenu::icon { padding-left: 8px; }
QMenu::indicator { width: 14px; height: 14px; left: 8px; }
QMenu::indicator:checked { image: url(@controls/menu-check-@mode.svg); }
QMenu::right-arrow { image: url(@controls/chevron-right-@mode.svg); width: 14px; height: 14px; }
QTabWidget::pane { border: none; border-top: 1px solid @border; }
QTabBar { background: transparent; border: none; }
QTabBar::tab { background: transparent; color: @text_2; border: none; border-bottom: 2px solid transparent;
  padding: 0; margin-right: 20px; min-height: 34px; font-weight: 500; }
QTabBar::tab:hover { color: @text; }
QTabBar::tab:selected { color: @text; border-bottom-color: @accent; }
QTabBar:focus::tab:selected { color: @accent; }
"""

_PARTS: Final = (_SURFACES, _LABELS, _BUTTONS, _INPUTS, _LISTS)
