"""Text as the search index takes it, and what a person types as a query of it.

SQLite's tokenizer parts words at spaces and punctuation. Scripts that are written without spaces, and pictures such as
emoji, are made words of one character each, so that any run of them is found as a phrase.
"""

import re
from collections.abc import Iterator
from typing import Final

from desktop_app.domain.goals import storable_text
from desktop_app.domain.search import Piece

TOKENIZER: Final = "unicode61 remove_diacritics 2 categories 'L* N* Co So'"

# Invisible, and no letter: what is put between characters can be taken out of a snippet again.
_SEPARATOR: Final = "\u2063"
_SINGLE: Final = re.compile(
    "(["
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer
    "\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9d"  # kana
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # ideographs
    "\uac00-\ud7a3"  # hangul
    "\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"  # pictures
    "])"
)
_WORDLESS: Final = re.compile(r"[\W_]+")
_MARKED: Final = re.compile("\x02(.*?)\x03", re.DOTALL)
# What Markdown puts before a line and around words; a snippet is read, not edited.
_LINE_MARKS: Final = re.compile(r"^[ \t]*(?:(?:#{1,6}|[-*+>]|\d{1,9}[.)])[ \t]+)+(?:\[[ xX]\][ \t]+)?", re.MULTILINE)
_WORD_MARKS: Final = re.compile(r"\*\*|__|~~|`+")
HIT_BEGINS, HIT_ENDS = "\x02", "\x03"


def indexed(text: str) -> str:
    """`text` with its unspaced characters made words."""
    return _SINGLE.sub(f"{_SEPARATOR}\\1{_SEPARATOR}", text) if _SINGLE.search(text) else text


def match_of(typed: str) -> str | None:
    """The query for texts that have all words of `typed`, the last one perhaps not typed to its end.

    None where there is no word in it. Whatever is typed is text: no sign of the query language gets through.
    """
    words = list(_words(typed))
    if not words:
        return None
    is_open = not typed[-1:].isspace()
    return " ".join(f'"{word}"' for word in words) + ("*" if is_open else "")


def pieces_of(snippet: str) -> tuple[Piece, ...]:
    """A snippet of the index as it is shown: in one line, without the marks of Markdown, its hits apart."""
    plain = _WORD_MARKS.sub("", _LINE_MARKS.sub("", snippet.replace(_SEPARATOR, "")))
    line = " ".join(plain.split())
    parts = _MARKED.split(line.replace(HIT_ENDS + HIT_BEGINS, ""))
    return tuple(Piece(part, is_hit=index % 2 == 1) for index, part in enumerate(parts) if part)


def _words(typed: str) -> Iterator[str]:
    for chunk in storable_text(typed).replace('"', " ").split():
        word = indexed(chunk).strip(_SEPARATOR)
        if _SINGLE.search(word) or _WORDLESS.sub("", word):
            yield word
