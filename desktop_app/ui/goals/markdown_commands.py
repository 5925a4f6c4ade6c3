"""What the buttons over the plan do to its text: marks around a selection and before its lines."""

import re
from typing import Final

from PySide6.QtGui import QTextBlock, QTextCursor

_HEADING: Final = re.compile(r"#{1,6}\s+")
_LIST: Final = re.compile(r"(\s*)(?:[-*+]|\d{1,9}[.)])\s+(?:\[[ xX]\]\s+)?")
_CHECK: Final = re.compile(r"(\s*)(?:[-*+]|\d{1,9}[.)])\s+\[[ xX]\]\s+")
_NEXT_ITEM: Final = re.compile(r"(\s*)(?:([-*+])|(\d{1,9})([.)]))(\s+)(?:(\[)[ xX]\]\s+)?(.*)")


def toggle_around(cursor: QTextCursor, mark: str) -> QTextCursor:
    """Put `mark` around the selection, or take it away; without a selection it waits around the cursor."""
    start, end = cursor.selectionStart(), cursor.selectionEnd()
    text = cursor.selectedText()
    cursor.beginEditBlock()
    if len(text) >= 2 * len(mark) and text.startswith(mark) and text.endswith(mark):
        new = text[len(mark) : -len(mark)]
        first, last = start, start + _units(new)
    elif _stands_around(cursor, mark):
        cursor.setPosition(start - len(mark))
        cursor.setPosition(end + len(mark), QTextCursor.MoveMode.KeepAnchor)
        new, first, last = text, start - len(mark), end - len(mark)
    else:
        new, first, last = f"{mark}{text}{mark}", start + len(mark), end + len(mark)
    cursor.insertText(new)
    cursor.endEditBlock()
    return _selecting(cursor, first, last)


def insert_link(cursor: QTextCursor) -> QTextCursor:
    """Make the selection the text of a link, with the cursor where its address goes."""
    start, end = cursor.selectionStart(), cursor.selectionEnd()
    text = cursor.selectedText() or "link"
    cursor.insertText(f"[{text}](https://)")
    if start == end:
        return _selecting(cursor, start + 1, start + 1 + len("link"))
    address = end + len("[](")
    return _selecting(cursor, address, address + len("https://"))


def toggle_heading(cursor: QTextCursor) -> None:
    """Make the lines of the selection headings of the second level, or plain text again."""
    _toggle_lines(cursor, _HEADING, "## ")


def toggle_list(cursor: QTextCursor) -> None:
    """Make the lines of the selection items of a list, or plain text again."""
    _toggle_lines(cursor, _LIST, "- ", unless=_CHECK)


def toggle_checklist(cursor: QTextCursor) -> None:
    """Make the lines of the selection items to tick, or plain text again."""
    _toggle_lines(cursor, _CHECK, "- [ ] ", replaces=_LIST)


def continue_list(cursor: QTextCursor) -> bool:
    """At the end of a list item, begin the next one or, if it is empty, end the list; False where there is no list."""
    text = cursor.block().text()
    item = _NEXT_ITEM.fullmatch(text)
    if item is None or cursor.hasSelection() or cursor.positionInBlock() < item.start(7):
        return False
    indent, bullet, number, dot, space, box, rest = item.groups()
    cursor.beginEditBlock()
    if not rest.strip():
        cursor.movePosition(QTextCursor.MoveOperation.StartOfBlock, QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()
    else:
        mark = bullet or f"{int(number) + 1}{dot}"
        cursor.insertBlock()
        cursor.insertText(f"{indent}{mark}{space}{'[ ] ' if box else ''}")
    cursor.endEditBlock()
    return True


def _toggle_lines(
    cursor: QTextCursor,
    mark: re.Pattern[str],
    added: str,
    *,
    unless: re.Pattern[str] | None = None,
    replaces: re.Pattern[str] | None = None,
) -> None:
    blocks = _selected_blocks(cursor)

    def has_mark(text: str) -> bool:
        return mark.match(text) is not None and not (unless is not None and unless.match(text))

    written = [block for block in blocks if block.text().strip()] or blocks
    takes_away = all(has_mark(block.text()) for block in written)
    edit = QTextCursor(cursor)
    edit.beginEditBlock()
    for block in written:
        found = (mark if takes_away else replaces or mark).match(block.text())
        indent = found[1] if found and mark is not _HEADING else ""
        edit.setPosition(block.position())
        edit.setPosition(block.position() + (_units(found[0]) if found else 0), QTextCursor.MoveMode.KeepAnchor)
        edit.insertText(indent if takes_away else indent + added)
    edit.endEditBlock()


def _selected_blocks(cursor: QTextCursor) -> list[QTextBlock]:
    block = cursor.document().findBlock(cursor.selectionStart())
    last = cursor.document().findBlock(cursor.selectionEnd())
    blocks = [block]
    while block != last:
        block = block.next()
        blocks.append(block)
    return blocks


def _stands_around(cursor: QTextCursor, mark: str) -> bool:
    block = cursor.block()
    text = block.text().encode("utf-16-le", "surrogatepass")
    start = cursor.selectionStart() - block.position()
    end = cursor.selectionEnd() - block.position()
    wanted = mark.encode("utf-16-le")
    before, after = text[max(0, start * 2 - len(wanted)) : start * 2], text[end * 2 : end * 2 + len(wanted)]
    if before != wanted or after != wanted:
        return False
    # One star inside two is bold, not italic.
    return len(mark) > 1 or text[max(0, start * 2 - 4) : start * 2] != wanted * 2


def _selecting(cursor: QTextCursor, start: int, end: int) -> QTextCursor:
    cursor.setPosition(start)
    cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
    return cursor


def _units(text: str) -> int:
    """The length that Qt counts: UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
