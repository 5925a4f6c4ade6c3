"""Titles that come by themselves: from the first words, made on this computer, always the same for the same words."""

import re
from typing import Final

TITLE_LENGTH: Final = 48
_READ: Final = 400

_GREETING: Final = re.compile(
    r"(?:(?:hi|hello|hey|good (?:morning|afternoon|evening)|hallo|guten (?:tag|morgen|abend)|moin)"
    r"(?: (?:there|coach|zusammen))?\s*[,.!:–-]*\s+)(?!there|coach|zusammen)",
    re.IGNORECASE,
)
_OPENING: Final = re.compile(
    r"(?:please |could you |can you |would you |will you |help me (?:to )?|i(?:'d| would) like to |i want to |"
    r"i need to |i have to |i'm trying to |i am trying to |let's |bitte )",
    re.IGNORECASE,
)
_SENTENCE_END: Final = re.compile(r"(?<=[^\d\s.][.!?…])\s+(?=\S)|(?<=[。！？])")


def title_of(text: str) -> str:
    """A title from the first words of a conversation: its first sentence without greeting and lead-in, cut if long."""
    line = " ".join(text[:_READ].split())
    greeted = _without(_GREETING, line)
    subject = greeted
    while (shorter := _without(_OPENING, subject)) != subject:
        subject = shorter
    sentence = _SENTENCE_END.split(subject, maxsplit=1)[0].rstrip(" ,.;:!…。")
    # “Could you help me to …?” asks; what is left of it does not.
    subject = sentence if subject == greeted else sentence.rstrip("?")
    return cut(_capitalised(subject or line))


def cut(line: str) -> str:
    """`line`, no longer than a title is, cut between words."""
    if len(line) <= TITLE_LENGTH:
        return line
    shorter = line[: TITLE_LENGTH + 1].rpartition(" ")[0]
    return (shorter if len(shorter) > TITLE_LENGTH // 2 else line[:TITLE_LENGTH]).rstrip(" ,.;:") + "…"


def _without(beginning: re.Pattern[str], line: str) -> str:
    """`line` without this beginning, unless nothing would be left."""
    match = beginning.match(line)
    return line[match.end() :] if match and line[match.end() :].strip(" .,!?") else line


def _capitalised(line: str) -> str:
    return line[:1].upper() + line[1:]
