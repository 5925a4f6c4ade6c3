"""A quick look at one line of code: what is a comment, a string, a number, a word of the language."""

import re
from typing import Final, NamedTuple

KEYWORD: Final = "code_keyword"
STRING: Final = "code_string"
NUMBER: Final = "code_number"
COMMENT: Final = "code_comment"
NAME: Final = "code_name"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_UNCOLOURED: Final = frozenset({"", "text", "txt", "plain", "plaintext", "output", "none", "math", "latex", "tex"})
_HASH: Final = _words(
    """
    python py python3 sh bash shell zsh fish console ruby rb yaml yml toml perl r make makefile dockerfile ini
    cfg conf elixir nix powershell ps1 julia jl cmake
    """
)
_DASHES: Final = _words(
    """
    sql postgresql mysql sqlite lua haskell hs elm ada
    """
)
_KEYWORDS: Final = _words(
    """
    abstract and as assert async await begin break case catch class const continue def default defer del delete
    do done elif else elsif end enum esac except export extends extern fi final finally fn for foreach from func
    function global go goto if impl implements import in include instanceof interface is lambda let local loop
    match mod module mut namespace new nil nonlocal not null of or package pass private protected pub public
    raise require return self static struct super switch then this throw throws trait try type typedef typeof
    union unless until use using var void when where while with yield true false None True False NULL undefined
    int long float double bool boolean char string str unsigned
    """
)
_SQL: Final = _words(
    """
    select from where insert into update delete create table alter drop index view join inner left right outer
    on as and or not null is in exists between like group by order having limit offset union all distinct case
    when then else end values set primary key foreign references default check unique with begin commit rollback
    """
)
_STRINGS: Final = r"""(?P<string>"(?:\\.|[^"\\])*"?|'(?:\\.|[^'\\])*'?|`[^`]*`?)"""
_REST: Final = r"|(?P<number>\b\d[\w.]*)|(?P<word>[^\W\d]\w*)(?P<call>\()?"


class Piece(NamedTuple):
    """A part of a line, from one position to another, and the token of its colour."""

    start: int
    end: int
    token: str


def language_of(info: str) -> str:
    """The language that a fence's opening line names, in lower case, or an empty string."""
    word = info.strip().split(maxsplit=1)[0] if info.strip() else ""
    return word.strip("{}.").split(",")[0].split(":")[0].lower()[:40]


def is_coloured(language: str) -> bool:
    """Whether code of this language has colours at all; plain text and figures have not."""
    return language not in _UNCOLOURED


def quick_pieces(line: str, language: str) -> list[Piece]:
    """The coloured parts of `line`. It knows nothing of other lines, so a string over several may be mistaken."""
    if not is_coloured(language):
        return []
    pattern = _pattern(language)
    pieces: list[Piece] = []
    for match in pattern.finditer(line):
        token = _token(match, language)
        if token:
            end = match.end("word") if match.lastgroup in {"word", "call"} else match.end()
            pieces.append(Piece(match.start(), end, token))
    return pieces


def _token(match: re.Match[str], language: str) -> str:
    match match.lastgroup:
        case "comment":
            return COMMENT
        case "string":
            return STRING
        case "number":
            return NUMBER
        case _:
            word = match["word"]
            is_keyword = word.lower() in _SQL if language in _DASHES else word in _KEYWORDS
            return KEYWORD if is_keyword else NAME if match["call"] else ""


def _pattern(language: str) -> re.Pattern[str]:
    if language in _HASH:
        return _WITH_HASH
    return _WITH_DASHES if language in _DASHES else _WITH_SLASHES


_WITH_HASH: Final = re.compile(r"(?P<comment>(?:^|(?<=\s))#.*)|" + _STRINGS + _REST)
_WITH_DASHES: Final = re.compile(r"(?P<comment>--.*)|" + _STRINGS + _REST)
_WITH_SLASHES: Final = re.compile(
    r"(?P<comment>//.*|/\*.*?(?:\*/|$)|^\s*\*(?=\s).*|<!--.*?(?:-->|$))|" + _STRINGS + _REST
)
