"""What keeps Ollama or one of its models from answering well, told apart, each with its fix."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from desktop_app.domain.providers import Fix, HealthState, ModelInfo, ModelOffer, ProviderHealth
from desktop_app.llm.addresses import is_loopback
from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.llm.ollama.failures import is_unknown_host

_NO_MODEL_ONLY_HERE: Final = (
    "Getting one is off while nothing may leave this computer: turn “Only this computer” (local_only) off for it."
)
# On Windows a console of its own would flash up; elsewhere there is no such flag.
_NO_CONSOLE: Final[int] = getattr(subprocess, "CREATE_NO_WINDOW", 0)
# A coach's prompt and tools take some 3,000 tokens; with less room than this nothing is left for the conversation.
_LEAST_WINDOW: Final = 4_096
# What a model needs beside its weights, for the window and while it computes.
_BESIDE_WEIGHTS: Final = 1.2


def installed_program() -> str | None:
    """The path of Ollama's program on this computer, None where it is not installed."""
    places = {
        "darwin": [Path("/Applications/Ollama.app/Contents/Resources/ollama"), Path("/opt/homebrew/bin/ollama")],
        "win32": [Path(os.environ.get("LOCALAPPDATA", "")) / "Programs" / "Ollama" / "ollama.exe"],
    }.get(sys.platform, [Path("/usr/local/bin/ollama"), Path("/usr/bin/ollama"), Path("/snap/bin/ollama")])
    found = shutil.which("ollama")
    return found or next((str(place) for place in places if place.is_file()), None)


def without_model(offer: ModelOffer | None) -> ProviderHealth:
    """Ollama runs and has no model; `offer` is the one to get, None where none may be got."""
    advice = f"Get one in the list of models, or in a terminal: ollama pull {offer.name}" if offer else ""
    return ProviderHealth(HealthState.NOT_SET_UP, "Running, but without a model", advice or _NO_MODEL_ONLY_HERE)


def unwell(error: ProviderError, host: str, program: str | None) -> ProviderHealth:
    """How Ollama at `host` is doing when asking it ended with `error`; `program` is its own on this computer."""
    if is_unknown_host(error):
        return ProviderHealth(HealthState.FAILED, "Wrong address", str(error))
    if error.kind is ErrorKind.NETWORK and not error.details.startswith("status"):
        return _nobody_at_home(host, program)
    if error.kind in {ErrorKind.PROTOCOL, ErrorKind.NETWORK}:
        return ProviderHealth(HealthState.FAILED, "Wrong address", str(error))
    if error.kind is ErrorKind.PERMISSION:
        return ProviderHealth(HealthState.FAILED, "Refuses this program", str(error))
    return ProviderHealth(HealthState.FAILED, "Not working", str(error))


def model_warning(model: ModelInfo, free_bytes: int | None) -> str:
    """What stands in a model's way, in a few words; empty where nothing is known to.

    `free_bytes` is the memory that is free, None for a model that is in memory already.
    """
    needed = (model.size_bytes or 0) * _BESIDE_WEIGHTS
    if model.is_local and free_bytes is not None and needed > free_bytes:
        return f"needs {_gb(needed)}, {_gb(free_bytes)} free"
    if model.context_window is not None and model.context_window < _LEAST_WINDOW:
        return f"reads only {model.context_window:,} tokens"
    return "no tools" if model.can_use_tools is False else ""


def _nobody_at_home(host: str, program: str | None) -> ProviderHealth:
    if not is_loopback(host):
        return ProviderHealth(
            HealthState.NOT_SET_UP,
            f"Not running at {host}",
            "Start Ollama on that computer and let it listen on its network, or change OLLAMA_HOST.",
        )
    if program is None:
        return ProviderHealth(
            HealthState.NOT_SET_UP,
            "Not installed",
            "Install it from ollama.com, then look again. If it runs on another computer, set OLLAMA_HOST.",
        )
    return ProviderHealth(
        HealthState.NOT_SET_UP,
        f"Not running at {host}",
        "Start Ollama (in a terminal: ollama serve), then look again.",
        fix=Fix.START,
    )


def start_server(program: str) -> "subprocess.Popen[bytes]":
    """Start Ollama's server, which stays when this program ends. Raises OSError. Call it in a thread."""
    return subprocess.Popen(  # noqa: S603 - the program that was found, and no words of anybody
        [program, "serve"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        creationflags=_NO_CONSOLE,
    )


def _gb(amount: float) -> str:
    return f"{amount / 1e9:.0f} GB" if amount >= 10e9 else f"{amount / 1e9:.1f} GB"
