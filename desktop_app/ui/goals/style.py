"""What the editor's own parts look like beyond the application's style sheet."""

from desktop_app.ui.theme.tokens import Tokens


def editor_stylesheet(tokens: Tokens) -> str:
    """The rules for the parts of the goal editor that the shared controls do not cover."""
    return f"""
#goal_editor {{ background: {tokens.surface}; }}
#editor_header, #tab_row {{ background: transparent; border: none; border-bottom: 1px solid {tokens.border}; }}
#milestone_column, #editor_body {{ background: transparent; }}
QPushButton#notice_action {{ font-size: 12px; }}
#goal_title {{ font-family: "Inter Display", "Inter"; font-size: 20px; font-weight: 600; border: 2px solid transparent;
  border-radius: 6px; }}
#goal_title[large="true"] {{ font-size: 28px; }}
#history_side {{ background: {tokens.canvas}; border: none; border-left: 1px solid {tokens.border}; }}
QPushButton#back_to_chat {{ padding: 0 8px 0 4px; }}
#goal_title:hover, #plan_edit[hovered="true"] {{ background: {tokens.sunken}; }}
#goal_title:focus {{ border-color: {tokens.accent}; background: {tokens.surface}; }}
QLineEdit#deadline_edit, QLineEdit#milestone_title, QLineEdit#add_milestone {{ background: transparent;
  border: 2px solid transparent; padding: 0 2px; min-height: 22px; border-radius: 6px; }}
QLineEdit#deadline_edit:hover, QLineEdit#milestone_title:hover {{ background: {tokens.hover}; }}
QLineEdit#deadline_edit:focus, QLineEdit#milestone_title:focus, QLineEdit#add_milestone:focus {{
  border: 2px solid {tokens.accent}; padding: 0 2px; min-height: 22px; background: {tokens.surface}; }}
QLineEdit#measure_name {{ background: transparent; border: 2px solid transparent; padding: 0 2px; min-height: 22px;
  border-radius: 6px; font-weight: 500; }}
QLineEdit#measure_name:focus {{ border-color: {tokens.accent}; }}
QLineEdit#milestone_title {{ font-weight: 500; }}
QLineEdit#milestone_title[done="true"] {{ color: {tokens.text_3}; font-weight: 400; }}
QLineEdit#tag_edit {{ min-height: 18px; max-height: 18px; border-radius: 11px; font-size: 12px; padding: 0 7px;
  border: 2px solid {tokens.accent}; }}
QFrame[kind="tag"] {{ background: {tokens.sunken}; border: 1px solid {tokens.border}; border-radius: 11px;
  min-height: 20px; max-height: 20px; }}
QFrame[kind="tag"] QLabel {{ color: {tokens.text_2}; font-size: 12px; font-weight: 500; }}
QToolButton[scale="tiny"] {{ background: transparent; border: none; border-radius: 7px; padding: 0; min-width: 14px;
  max-width: 14px; min-height: 14px; max-height: 14px; }}
QToolButton[scale="tiny"]:hover {{ background: {tokens.selected}; }}
QToolButton[scale="tiny"]:focus {{ border: 2px solid {tokens.accent}; min-width: 10px; max-width: 10px;
  min-height: 10px; max-height: 10px; }}
QPushButton#add_tag {{ padding: 0 4px; }}
QPushButton#add_tag:focus {{ padding: 0 3px; }}
QToolButton#template_badge {{ background: {tokens.accent_tint}; color: {tokens.accent};
  border: 1px solid {tokens.accent_line}; border-radius: 4px; padding: 0 3px; min-height: 18px; max-height: 18px;
  font-size: 11px; }}
QToolButton#template_badge:hover {{ border-color: {tokens.accent}; }}
QToolButton#template_badge:focus {{ border: 2px solid {tokens.accent}; padding: 0 2px; min-height: 16px;
  max-height: 16px; }}
#milestone_row {{ background: transparent; border: none; border-radius: 8px; }}
#milestone_row:hover {{ background: {tokens.hover}; }}
#editor_header QToolButton:disabled {{ border-color: transparent; }}
#milestone_description {{ margin-left: 4px; color: {tokens.text_2}; border: 2px solid transparent;
  border-radius: 6px; }}
#milestone_description:focus {{ border-color: {tokens.accent}; background: {tokens.surface}; }}
QPushButton#milestone_date {{ font-weight: 400; padding: 0 6px; }}
QPushButton#milestone_date:focus {{ padding: 0 5px; }}
QPushButton#milestone_date[state="none"] {{ color: {tokens.text_3}; }}
QPushButton#milestone_date[state="late"] {{ color: {tokens.danger}; font-weight: 500; }}
QPushButton#source_switch {{ color: {tokens.text_3}; font-size: 11px; font-weight: 500; padding: 0 6px; }}
QPushButton#source_switch:checked {{ color: {tokens.text}; background: {tokens.selected}; }}
#revision_list, #history_cards, #history_body {{ background: transparent; border: none; }}
#revision_list::item {{ background: transparent; }}
QFrame[diff="added"], QFrame[diff="removed"], QFrame[diff="changed"], QFrame[diff="moved"] {{ border-radius: 3px; }}
QFrame[diff="added"] {{ background: {tokens.accent_tint}; }}
QFrame[diff="removed"] {{ background: {tokens.danger_tint}; }}
QFrame[diff="changed"], QFrame[diff="moved"] {{ background: {tokens.sunken}; }}
QFrame[diff="added"] QLabel {{ color: {tokens.text}; }}
QFrame[diff="removed"] QLabel {{ color: {tokens.text}; }}
#plan_edit {{ color: {tokens.text_2}; background: transparent; }}
QProgressBar {{ min-height: 6px; max-height: 6px; border-radius: 3px; }}
QProgressBar::chunk {{ border-radius: 3px; }}
QCalendarWidget QWidget#qt_calendar_navigationbar {{ background: transparent; }}
QCalendarWidget QToolButton {{ border: none; background: transparent; padding: 0 6px; }}
QCalendarWidget QToolButton:hover {{ background: {tokens.hover}; }}
QCalendarWidget QAbstractItemView {{ background: transparent; selection-background-color: {tokens.accent};
  selection-color: {tokens.on_accent}; alternate-background-color: transparent; }}
"""
