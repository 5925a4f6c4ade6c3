"""Tool calls that are only noted: what a model would do if its answer were kept. Those that only read are run."""

import logging
from typing import Final

from desktop_app.domain.messages import HELD
from desktop_app.errors import AppError
from desktop_app.llm.events import ToolCall, ToolResult
from desktop_app.llm.tools import ToolHandler, parse_arguments

_log = logging.getLogger(__name__)


_READING: Final = frozenset({"list_goals"})


class HeldTools:
    """Changes nothing. A call that could not be run is sent back to the model, as `GoalToolHandler` does."""

    def __init__(self, tools: ToolHandler) -> None:
        self._tools = tools

    async def run(self, call: ToolCall) -> ToolResult:
        """Say that the call is held, or what is wrong with it; what only reads is run by the tools themselves."""
        if call.name in _READING:
            return await self._tools.run(call)
        try:
            parse_arguments(call.name, call.arguments)
        except AppError as error:
            _log.info("tool %s was refused: %s", call.name[:60], type(error).__name__)
            return ToolResult(call.call_id, call.name, str(error), ok=False)
        return ToolResult(call.call_id, call.name, HELD)
