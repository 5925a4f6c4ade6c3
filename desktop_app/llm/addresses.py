"""The providers' own addresses, and where an address leads."""

import ipaddress
from typing import Final
from urllib.parse import urlsplit, urlunsplit

ANTHROPIC: Final = "https://api.anthropic.com"
OPENAI: Final = "https://api.openai.com/v1"


def is_loopback(base_url: str) -> bool:
    """Whether the address is this computer's own."""
    name = urlsplit(base_url).hostname or ""
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")


def without_credentials(base_url: str) -> str:
    """The address as it may be shown: without a name and password that stand in it."""
    parts = urlsplit(base_url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment=""))
