"""The child process that runs llama.cpp's HTTP server for the built-in coach, and ends with its parent."""

import ctypes
import importlib
import json
import os
import signal
import sys
import threading
import time
from typing import Any, Final, NoReturn, TextIO

_PR_SET_PDEATHSIG: Final = 1
_NICENESS: Final = 2


def main() -> NoReturn:
    """Read the settings from standard input, start the server, write its address as one JSON line, and stay.

    Settings: `model` (path), `context` (tokens), `threads`, `api_key`, `slots` (folder of saved prompts), `parent`
    (process id). Ends when standard input ends.
    """
    settings = json.loads(sys.stdin.readline())
    _end_with_parent(settings["parent"])
    answers = _own_stdout()
    try:
        server = _start_server(settings)
    except Exception as error:  # noqa: BLE001 - whatever the engine raises, the parent is told in a line
        _tell(answers, {"error": type(error).__name__, "text": str(error)[:300]})
        sys.exit(1)
    _tell(answers, {"address": server.listening_address})
    while True:
        time.sleep(3600)


def _start_server(settings: dict[str, Any]) -> Any:  # noqa: ANN401 - a compiled class without types
    xllamacpp: Any = importlib.import_module("xllamacpp")  # 33 MB that only this process loads
    params = xllamacpp.CommonParams()
    params.model.path = settings["model"]
    params.n_ctx = settings["context"]
    params.n_parallel = 1
    params.port = 0
    params.hostnames = ["127.0.0.1"]
    params.api_keys = [settings["api_key"]]
    params.cors_origins = ""
    params.cache_ram_mib = 0
    params.ui = False
    params.slot_save_path = os.path.join(settings["slots"], "")  # noqa: PTH118 - put before file names as it is
    params.warmup = False  # the coach's prompt is processed at once, which warms up as well
    params.verbosity = 1  # errors alone
    params.cpuparams.n_threads = settings["threads"]
    params.cpuparams_batch.n_threads = settings["threads"]
    return xllamacpp.Server(params)


def _own_stdout() -> TextIO:
    """Standard output for our lines alone; what the engine writes there goes to standard error."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return answers


def _tell(answers: TextIO, line: dict[str, str]) -> None:
    answers.write(json.dumps(line) + "\n")
    answers.flush()


def _end_with_parent(parent: int) -> None:
    """End when the parent does, be it killed: by its closed pipe everywhere, by the kernel on Linux as well."""
    threading.Thread(target=_exit_at_end_of_input, daemon=True).start()
    if sys.platform == "win32":
        return
    # The window and what else the person does come first.
    os.nice(_NICENESS)
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died before the kernel was asked
            os._exit(0)


def _exit_at_end_of_input() -> NoReturn:
    while sys.stdin.buffer.read(4096):
        pass
    os._exit(0)


if __name__ == "__main__":
    main()
