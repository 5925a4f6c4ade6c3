# What GoalGetter uses of qasync, which ships no types.

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from PySide6.QtCore import QCoreApplication

_Result = TypeVar("_Result")

class QEventLoop(asyncio.SelectorEventLoop):
    def __init__(
        self, app: QCoreApplication | None = ..., set_running_loop: bool = ..., already_running: bool = ...
    ) -> None: ...
    def _add_callback(self, handle: asyncio.Handle, delay: float = ...) -> asyncio.Handle: ...

def run(main: Coroutine[Any, Any, _Result], *, debug: bool | None = ...) -> _Result: ...
