"""Halves of characters: models stream them, neither the database nor the next request can encode them."""

import re
from collections.abc import Mapping
from typing import Any, Final

_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")
_HIGH_AT_END: Final = re.compile(r"[\ud800-\udbff]$")


def without_surrogates(text: str) -> str:
    """`text` as it can be encoded: two halves that belong together become their character, others U+FFFD."""
    if text.isascii() or _SURROGATE.search(text) is None:
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


class SurrogateMender:
    """Mends a text that comes in pieces, whose characters may be split between two of them."""

    def __init__(self) -> None:
        self._held = ""

    def mend(self, piece: str) -> str:
        """What can be passed on after `piece`; half a character at its end waits for the next piece."""
        if not self._held and piece.isascii():
            return piece
        text = self._held + piece
        self._held = ""
        if _HIGH_AT_END.search(text):
            text, self._held = text[:-1], text[-1]
        return without_surrogates(text)

    def rest(self) -> str:
        """What still waits when the text ends."""
        held, self._held = self._held, ""
        return without_surrogates(held)


def json_without_surrogates(value: Any) -> Any:  # noqa: ANN401 - a JSON value
    """`value` with every text in it cleaned; JSON may hold halves of characters as escapes."""
    match value:
        case str():
            return without_surrogates(value)
        case Mapping():
            return {json_without_surrogates(key): json_without_surrogates(each) for key, each in value.items()}
        case list() | tuple():
            return [json_without_surrogates(each) for each in value]
        case _:
            return value
