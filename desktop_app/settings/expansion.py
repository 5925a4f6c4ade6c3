"""`${NAME}` and `${NAME:-default}` in values, filled in from variables; `$${` stands for `${` itself."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

_REFERENCE: Final = re.compile(r"\$\$\{|\$\{(?P<name>[A-Za-z_]\w*)(?P<default>:-[^{}$]*)?\}|\$\{")


@dataclass(frozen=True, slots=True)
class Expanded:
    """The text with what could be filled in. `missing` are variables without a value or a default."""

    text: str = field(repr=False)
    missing: tuple[str, ...] = ()
    is_broken: bool = False


def expanded(text: str, variables: Mapping[str, str]) -> Expanded:
    """`text` with its references filled in, once: what a variable holds is not looked at again."""
    missing: list[str] = []
    is_broken = False

    def value(reference: re.Match[str]) -> str:
        nonlocal is_broken
        name, default = reference["name"], reference["default"]
        if name is None:
            is_broken = is_broken or not reference[0].startswith("$$")
            return "${"
        found = variables.get(name)
        if default is not None:
            # As in a shell: the default counts also for a variable that is empty.
            return found or default.removeprefix(":-")
        if found is None:
            missing.append(name)
        return found or ""

    filled = _REFERENCE.sub(value, text)
    return Expanded(filled, tuple(dict.fromkeys(missing)), is_broken)
