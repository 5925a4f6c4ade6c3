"""The models that OpenAI and servers like it list, best default first."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from agents.models import get_default_model
from openai.types import Model as WireModel

from desktop_app.domain.providers import ModelInfo
from desktop_app.llm.addresses import is_loopback

_CHAT: Final = re.compile(r"^(ft:)?(gpt-|o\d|chatgpt-)")
_OTHER_TRADES: Final = re.compile(
    r"audio|realtime|transcribe|tts|image|search|instruct|embedding|moderation|codex|deep-research|computer-use|live"
)
_NUMBER: Final = re.compile(r"\d+(?:\.\d+)*")
_DATED: Final = re.compile(r"-\d{4}(-\d{2}-\d{2})?$|-\d{3,4}$")


def openai_models(models: Sequence[WireModel], provider: str) -> tuple[ModelInfo, ...]:
    """Those that chat: the Agents SDK's own choice first if it is there, then the newest, dated copies last.

    Where none has a name of OpenAI's, another server stands at the address: then all of them.
    """
    chatting = [model for model in models if _CHAT.match(model.id) and not _OTHER_TRADES.search(model.id)]
    chatting = chatting or list(models)
    return tuple(
        ModelInfo(provider, model.id, model.id, can_use_tools=True, retires_on=_day(model.shutdown_date))
        for model in sorted(chatting, key=_rank)
    )


def listed_models(models: Iterable[WireModel], provider: str, base_url: str) -> tuple[ModelInfo, ...]:
    """All that a server lists, in its order; what they can do is not known, their window where the server tells it."""
    is_local = is_loopback(base_url)
    return tuple(
        ModelInfo(provider, model.id, model.id, context_window=_window(model), is_local=is_local) for model in models
    )


def _window(model: WireModel) -> int | None:
    """The window of a model in tokens, as vLLM, LM Studio, OpenRouter and llama.cpp each name it."""
    meta = getattr(model, "meta", None)
    told = [getattr(model, name, None) for name in ("max_model_len", "loaded_context_length", "context_length")]
    if isinstance(meta, Mapping):
        told.append(meta.get("n_ctx"))
    return next((tokens for tokens in told if isinstance(tokens, int) and tokens > 0), None)


def _day(text: object) -> date | None:
    """The day that the API names, None for what is none: another server may write what it likes."""
    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _rank(model: WireModel) -> tuple[bool, bool, list[int], float, str]:
    is_default = model.id == get_default_model()
    name = _DATED.sub("", model.id)
    number = _NUMBER.search(name)
    # gpt-5.6 before gpt-5 before gpt-4.1; the o-series, whose numbers mean something else, after those.
    parts = [-int(part) for part in number[0].split(".")] if number and name.startswith("gpt-") else []
    version = [*parts, 0, 0][:2]
    return (not is_default, name != model.id, version, -float(getattr(model, "created", None) or 0), model.id)
