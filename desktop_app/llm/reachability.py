"""Whether anybody listens at a provider's address, apart from whether it answers."""

import asyncio
from contextlib import suppress
from typing import Final
from urllib.parse import urlsplit
from urllib.request import getproxies

from desktop_app.llm.addresses import is_loopback

_PORTS: Final = {"http": 80, "https": 443}


async def is_reachable(base_url: str, limit_s: float) -> bool | None:
    """Whether a connection to `base_url` can be made within `limit_s`; None where a proxy stands between."""
    if getproxies() and not is_loopback(base_url):
        return None
    parts = urlsplit(base_url)
    port = parts.port or _PORTS.get(parts.scheme, 80)
    try:
        async with asyncio.timeout(limit_s):
            _, writer = await asyncio.open_connection(parts.hostname, port)
    except (OSError, TimeoutError):
        return False
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    return True
