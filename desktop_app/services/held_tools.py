"""Tool calls that are only noted: what a model would do if its answer were kept."""

import logging

from desktop_app.domain.messages import HELD
from desktop_app.errors import AppError
from desktop_app.llm.events import ToolCall, ToolResult
from desktop_app.llm.tools import parse_arguments

_log = logging.getLogger(__name__)


class HeldTools:
    """Runs nothing. A call that could not be run is sent back to the model, as `GoalToolHandler` does."""

    async def run(self, call: ToolCall) -> ToolResult:
        """Say that the call is held, or what is wrong with it."""
        try:
            parse_arguments(call.name, call.arguments)
        except AppError as error:
            _log.info("tool %s was refused: %s", call.name[:60], type(error).__name__)
            return ToolResult(call.call_id, call.name, str(error), ok=False)
        return ToolResult(call.call_id, call.name, HELD)
