"""Ids of tool calls: models give two calls one id, and then nobody knows which of them a result answers."""


def new_call_id(wanted: str, used: set[str]) -> str:
    """An id like `wanted` that is not among `used`, to which it is added."""
    base = wanted or "call"
    new, number = base, 2
    while new in used:
        new = f"{base[:56]}__{number}"
        number += 1
    used.add(new)
    return new
