"""What each protocol has for nothing to say, for something unknown and for nonsense, in the middle of a reply."""

import json
from dataclasses import dataclass
from typing import Final

from tests.llm.claude.fake_claude import sse as claude_sse
from tests.llm.ollama.fake_ollama import CREATED_AT
from tests.llm.openai_agents.fake_openai import chunk
from tests.llm.openai_agents.fake_openai import sse as openai_sse

_COMMENT: Final = b": keep-alive\n\n"


@dataclass(frozen=True, slots=True)
class Wire:
    """Pieces that may stand between two of a reply's text."""

    keep_alive: bytes
    unknown: bytes
    empty: bytes
    broken: bytes
    not_an_object: bytes


def _line(message: dict[str, object], **more: object) -> bytes:
    value = {"model": "qwen3:8b", "created_at": CREATED_AT, "message": {"role": "assistant", **message}, "done": False}
    return json.dumps({**value, **more}).encode() + b"\n"


WIRES: Final = {
    "claude": Wire(
        keep_alive=_COMMENT + claude_sse({"type": "ping"}),
        unknown=claude_sse({"type": "mystery", "what": {"nobody": ["knows"]}}),
        empty=claude_sse({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": ""}}),
        broken=b"event: content_block_delta\ndata: {nope\n\n",
        not_an_object=b"event: content_block_delta\ndata: 7\n\n",
    ),
    "openai": Wire(
        keep_alive=_COMMENT,
        unknown=openai_sse({"type": "response.mystery", "sequence_number": 3, "what": {"nobody": ["knows"]}}),
        empty=openai_sse(
            {
                "type": "response.output_text.delta",
                "item_id": "msg_1",
                "output_index": 0,
                "content_index": 0,
                "sequence_number": 3,
                "logprobs": [],
                "delta": "",
            }
        ),
        broken=b"event: response.output_text.delta\ndata: {nope\n\n",
        not_an_object=b"data: 7\n\n",
    ),
    "compatible": Wire(
        keep_alive=_COMMENT,
        unknown=b'data: {"id": "x", "object": "mystery", "created": 1, "model": "m", "choices": [], "new": {}}\n\n',
        empty=chunk({"content": ""}),
        broken=b"data: {nope\n\n",
        not_an_object=b"data: 7\n\n",
    ),
    "builtin": Wire(
        keep_alive=_COMMENT,
        unknown=b'event: mystery\ndata: {"content": "", "stop": false, "mystery": {}}\n\n',
        empty=b'data: {"content": "", "stop": false}\n\n',
        broken=b"data: {nope\n\n",
        not_an_object=b"data: 7\n\n",
    ),
    # Its lines have no comments: a line without content keeps the connection alive.
    "ollama": Wire(
        keep_alive=_line({"content": ""}),
        unknown=_line({"content": "", "mystery": {}}, what={"nobody": ["knows"]}),
        empty=_line({"content": "", "thinking": ""}),
        broken=b"{nope\n",
        not_an_object=b"7\n",
    ),
}
