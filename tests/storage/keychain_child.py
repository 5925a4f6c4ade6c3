"""Run in a session with a real keychain: keep, read, replace and remove a key, and print what was found."""

import asyncio
import json

from desktop_app.storage.keychain import Keychain


async def _try() -> None:
    keychain = Keychain(timeout_s=30)
    found = [await keychain.read(["claude", "openai"])]
    await keychain.keep("claude", "sk-canary-1")
    await keychain.keep("compatible:Workshop", "sk-canary-ü")
    found.append(await Keychain().read(["claude", "openai", "compatible:Workshop"]))
    await keychain.keep("claude", "sk-canary-2")
    found.append(await keychain.read(["claude"]))
    await keychain.remove("claude")
    await keychain.remove("claude")
    found.append(await keychain.read(["claude", "compatible:Workshop"]))
    print(json.dumps(found))  # noqa: T201 - the test reads it


asyncio.run(_try())
