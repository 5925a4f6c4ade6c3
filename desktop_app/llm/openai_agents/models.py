"""The models that OpenAI and servers like it list, best default first."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from agents.models import get_default_model
from openai.types import Model as WireModel

from desktop_app.domain.providers import ModelInfo
from desktop_app.llm.addresses import is_loopback

_CHAT: Final = re.compile(r"^(ft:)?(gpt-|o\d|chatgpt-)")
_OTHER_TRADES: Final = re.compile(
    r"audio|realtime|transcribe|tts|image|search|instruct|embedding|moderation|codex|deep-research|computer-use|live"
)
_NO_REASONING: Final = re.compile(r"^(ft:)?(gpt-3|gpt-4|chatgpt-4|gpt-[\d.]+-chat)")
_NUMBER: Final = re.compile(r"\d+(?:\.\d+)*")
_DATED: Final = re.compile(r"-\d{4}(-\d{2}-\d{2})?$|-\d{3,4}$")


def openai_models(models: Sequence[WireModel], provider: str) -> tuple[ModelInfo, ...]:
    """Those that chat: the Agents SDK's own choice first if it is there, then the newest, dated copies last.

    Where none has a name of OpenAI's, another server stands at the address: then all of them.
    """
    chatting = [model for model in models if _CHAT.match(model.id) and not _OTHER_TRADES.search(model.id)]
    chatting = chatting or list(models)
    return tuple(
        ModelInfo(provider, model.id, model.id, can_use_tools=True, can_reason=can_reason(model.id))
        for model in sorted(chatting, key=_rank)
    )


def listed_models(models: Iterable[WireModel], provider: str, base_url: str) -> tuple[ModelInfo, ...]:
    """All that a server lists, in its order; what they can do is not known."""
    return tuple(ModelInfo(provider, model.id, model.id, is_local=is_loopback(base_url)) for model in models)


def can_reason(name: str) -> bool:
    """Whether OpenAI's model of this name reasons; unknown names are taken for newer ones, which do."""
    return _NO_REASONING.match(name) is None


def _rank(model: WireModel) -> tuple[bool, bool, list[int], float, str]:
    is_default = model.id == get_default_model()
    name = _DATED.sub("", model.id)
    number = _NUMBER.search(name)
    # gpt-5.6 before gpt-5 before gpt-4.1; the o-series, whose numbers mean something else, after those.
    parts = [-int(part) for part in number[0].split(".")] if number and name.startswith("gpt-") else []
    version = [*parts, 0, 0][:2]
    return (not is_default, name != model.id, version, -float(getattr(model, "created", None) or 0), model.id)
