"""Values as they may stand in a sentence: short, on one line, and without what could be a secret."""

import re
from collections.abc import Iterable
from typing import Final

_LONGEST: Final = 80
# A name and password before a host, and runs that are as long and mixed as keys are.
_LOGIN: Final = re.compile(r"(?<=//)[^/@]*@|^[^/@]*@")
_KEY_LIKE: Final = re.compile(r"\b(?=[\w-]*\d)[\w-]{20,}|\b(sk|pk|xai|gsk|key|token)[-_][\w-]{6,}", re.I)
_KEY_NAME: Final = re.compile(r"[A-Za-z][A-Za-z_ .-]{0,39}")
_SHORTEST_SECRET: Final = 6


def shown_value(value: str) -> str:
    """`value` for a sentence about it."""
    text = "".join(letter if letter.isprintable() else " " for letter in value)
    text = _KEY_LIKE.sub("…", _LOGIN.sub("…@", text))
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def shown_key(key: str) -> str:
    """A key of a file for a sentence about it; one that is no word may be a secret in the wrong place."""
    return f"“{key}”" if _KEY_NAME.fullmatch(key) and not key.casefold().startswith("sk-") else "of this name"


def without_secrets(sentence: str, secrets: Iterable[str]) -> str:
    """`sentence` without any of these, whatever way they came into it."""
    for secret in secrets:
        if len(secret) >= _SHORTEST_SECRET:
            sentence = sentence.replace(secret, "…")
    return sentence
