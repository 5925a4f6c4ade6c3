"""Takes keys and passwords out of whatever is written down: those that are set, and whatever looks like one."""

import json
import re
import threading
from collections.abc import Iterable
from math import isfinite
from typing import Final
from urllib.parse import quote

REDACTED: Final = "[redacted]"
_TOO_DEEP: Final = "[nested too deeply]"
_DEEPEST: Final = 60
# Shorter than this, a key is a word like any other and hides nothing.
_SHORTEST: Final = 4
# From this length on a key is also found inside a longer word.
_DISTINCT: Final = 8
# How much behind a cut is read, so that a key which the cut would halve is still known.
_MARGIN: Final = 1_000

_SECRET_NAME: Final = re.compile(
    r"(?:.*[-_.])?(?:(?:proxy-)?authorization|(?:set-)?cookie|api[-_]?key|(?:access|refresh|auth)[-_]?token"
    r"|password|passwd|secret)",
    re.IGNORECASE,
)
# Behind a name: its value, as headers, JSON (also inside of JSON), Python and addresses have it.
_VALUE: Final = (
    r"[\"'\\]{0,4}\s{0,3}[:=]\s{0,3}[\"'\\]{0,4}(?:(?:Bearer|bearer|Basic|basic|Token)\s+)?+)"
    r"(?!\[redacted)[^\s\"'\\,;&}\]]{3,}"
)
_API: Final = r"(?:(?<=[Aa][Pp][Ii][-_]KEY)|(?<=[Aa][Pp][Ii]KEY))"
# Each begins with letters that are always the same: so a long text is searched at the speed of memory, a hundred times
# that of a pattern which ignores case or looks back first.
_FORMS: Final = tuple(
    (re.compile(pattern), instead)
    for pattern, instead in (
        *((rf"({key}{_API.replace('KEY', key)}{_VALUE}", rf"\1{REDACTED}") for key in ("key", "Key", "KEY")),
        *((rf"({name}{_VALUE}", rf"\1{REDACTED}") for name in ("uthorization", "UTHORIZATION")),
        *((rf"({name}{_VALUE}", rf"\1{REDACTED}") for name in ("assword", "ASSWORD", "asswd", "ASSWD")),
        *((rf"({name}(?<=[A-Za-z_-][Tt]{name}){_VALUE}", rf"\1{REDACTED}") for name in ("oken", "OKEN")),
        *((rf"({name}(?<=[Ss]{name}){_VALUE}", rf"\1{REDACTED}") for name in ("ecret", "ECRET")),
        *((rf"({name}(?<=[Bb]{name})\s+)[A-Za-z0-9._~+/=-]{{6,}}", rf"\1{REDACTED}") for name in ("earer", "EARER")),
        (r"sk-(?:ant|proj|svcacct|admin|or)-[A-Za-z0-9_-]{3,}", REDACTED),
        *((rf"{mark}(?<![A-Za-z]{mark})[A-Za-z0-9_-]{{6,}}", REDACTED) for mark in ("sk-", "sk_")),
        *(
            (rf"{mark}(?<![A-Za-z]{mark})[A-Za-z0-9_-]{{16,}}", REDACTED)
            for mark in ("gsk_", "hf_", "xai-", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-")
        ),
        (r"AIza[A-Za-z0-9_-]{30,}", REDACTED),
        (r"(://)[^/\s@\"]{1,200}@", rf"\1{REDACTED}@"),
    )
)
# One of these is in whatever a form matches. For short texts, of which there are many, one look is quicker than all.
_HINT: Final = re.compile(
    r"key|KEY|Key|uthoriz|UTHORIZ|assw|ASSW|oken|OKEN|ecret|ECRET|earer|EARER|sk[-_]|://|AIza|xai-|hf_|gsk_|gh[a-z]_|_pat_|glpat"
)
_SHORT: Final = 300


class Redactor:
    """Knows the secrets that are set. Any thread may use it."""

    def __init__(self, secrets: Iterable[str | None] = ()) -> None:
        self._lock = threading.Lock()
        self._secrets: frozenset[str] = frozenset()
        self._long: tuple[str, ...] = ()
        self._short: re.Pattern[str] | None = None
        self.keep_secret(*secrets)

    def keep_secret(self, *secrets: str | None) -> None:
        """Take these out from now on too. One below 4 characters is none; below 8 it is only found as a whole word."""
        found = {secret.strip() for secret in secrets if secret and len(secret.strip()) >= _SHORTEST}
        with self._lock:
            if found <= self._secrets:
                return
            self._secrets |= found
            written = {form for secret in self._secrets for form in _ways_to_write(secret)}
            in_order = sorted(written, key=len, reverse=True)
            self._long = tuple(form for form in in_order if len(form) >= _DISTINCT)
            short = "|".join(re.escape(form) for form in in_order if len(form) < _DISTINCT)
            self._short = re.compile(rf"(?<![^\W_])(?:{short})(?![^\W_])") if short else None

    def text(self, text: str) -> str:
        """`text` without secrets."""
        for secret in self._long:
            text = text.replace(secret, REDACTED)
        if self._short is not None:
            text = self._short.sub(REDACTED, text)
        if len(text) < _SHORT and _HINT.search(text) is None:
            return text
        for form, instead in _FORMS:
            text = form.sub(instead, text)
        return text

    def value(self, value: object, limit: int | None = None) -> object:
        """A JSON value without secrets at any depth; texts beyond `limit` characters are cut and say so.

        What is no JSON value is told as text.
        """
        return self._value(value, limit, 0)

    def _value(self, value: object, limit: int | None, depth: int) -> object:
        if depth > _DEEPEST:
            return _TOO_DEEP
        match value:
            case None | bool() | int():
                return value
            case float() if isfinite(value):
                return value
            case dict():
                return {
                    self._cut(str(name), limit): REDACTED
                    if item and isinstance(name, str) and _SECRET_NAME.fullmatch(name)
                    else self._value(item, limit, depth + 1)
                    for name, item in value.items()
                }
            case list() | tuple() | set() | frozenset():
                return [self._value(item, limit, depth + 1) for item in value]
            case _:
                return self._cut(str(value), limit)

    def _cut(self, text: str, limit: int | None) -> str:
        if limit is None or len(text) <= limit:
            return self.text(text)
        return f"{self.text(text[: limit + _MARGIN])[:limit]}… [cut: {len(text):,} characters]"


def _ways_to_write(secret: str) -> set[str]:
    """The secret as it is, and as JSON, Python and an address have it."""
    return {secret, json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1], quote(secret, safe="")}
