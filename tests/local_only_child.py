"""The whole program in local-only mode, watched at every socket; prints as JSON where it wanted to go.

Its settings come from the environment. A turn with a tool is made by Ollama, then one is asked of each cloud provider.
"""

import asyncio
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

SEEN: list[tuple[str, str]] = []
_WATCHED = {
    "socket.connect",
    "socket.sendto",
    "socket.sendmsg",
    "socket.getaddrinfo",
    "socket.gethostbyname",
    "socket.gethostbyaddr",
    "socket.getnameinfo",
}


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event in _WATCHED:
        # Of a socket's events the first argument is the socket itself.
        target = arguments[1] if event in {"socket.connect", "socket.sendto", "socket.sendmsg"} else arguments[0]
        host = target[0] if isinstance(target, tuple) else target
        SEEN.append((event, host.decode(errors="replace") if isinstance(host, bytes) else str(host)))


sys.addaudithook(_watch)

# Only now, so that whatever loading does is seen too.
import qasync  # noqa: E402
from PySide6.QtWidgets import QApplication  # noqa: E402

from desktop_app.app import make_application  # noqa: E402
from desktop_app.desktop import Desktop  # noqa: E402
from desktop_app.domain.providers import ModelChoice  # noqa: E402
from desktop_app.paths import default_paths  # noqa: E402
from desktop_app.ui.loop import generators_looked_after  # noqa: E402
from desktop_app.ui.shell import Shell  # noqa: E402
from desktop_app.ui.window_state import WindowState  # noqa: E402

_WITHIN_S = 90.0
TOLD: list[str] = []


async def _until(is_so: Callable[[], object]) -> None:
    async with asyncio.timeout(_WITHIN_S):
        while not is_so():  # noqa: ASYNC110 - what is waited for is told by several events
            await asyncio.sleep(0.02)


async def _run(desktop: Desktop) -> None:
    desktop.shell.window.show()
    desktop.open()
    await desktop.opened()
    session = desktop.session
    assert session is not None
    await _until(lambda: session.models.choice_of("ollama"))
    for provider in ("ollama", "claude", "openai", "compatible:elsewhere"):
        model = session.models.choice_of(provider)
        await session.models.choose(model or ModelChoice(provider, "some-model"))
        session.chat_presenter.new_chat()
        desktop.shell.chat.composer.set_text("I want to run")
        desktop.shell.chat.composer.ask_to_send()
        await _until(lambda: not session.chat_presenter.is_streaming and session.chat_presenter.conversation)
        conversation = session.chat_presenter.conversation
        assert conversation is not None
        reply = (await session.chat.transcript(conversation.id)).messages[-1]
        TOLD.append(f"{provider}: {reply.status}: {reply.error or reply.text}{reply.error_details}")
    TOLD.append(f"goals: {len(await session.goals.list_goals())}")
    await session.models.refresh()


async def _main(application: QApplication) -> None:
    async with generators_looked_after():
        desktop = Desktop(Shell(application, WindowState()), default_paths())
        try:
            await _run(desktop)
        finally:
            await desktop.close()


if __name__ == "__main__":
    qasync.run(_main(make_application()))
    Path(sys.argv[1]).write_text(json.dumps({"seen": SEEN, "told": TOLD}), encoding="utf-8")
