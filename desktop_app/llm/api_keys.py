"""What may stand in a request as a key."""

from typing import Final

# Given no key at all, the SDKs look for one in the environment and elsewhere on this machine.
NO_KEY: Final = "none"


def is_sound(key: str) -> bool:
    """Whether `key` can be sent in a header; a key with other characters is none that a provider gave."""
    return bool(key) and key.isascii() and key.isprintable()
