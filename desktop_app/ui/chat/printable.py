"""Text without what no font can show."""

import re
from typing import Final

_UNPRINTABLE: Final = re.compile("[\ud800-\udfff\x00]")


def printable(text: str) -> str:
    """`text` without what no font can show and no encoder takes: half surrogates and zeros."""
    return _UNPRINTABLE.sub("\ufffd", text)
