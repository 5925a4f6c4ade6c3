"""A child process of the tests: llama.cpp's HTTP server on loopback; ends when its standard input does."""

import importlib
import json
import sys
from pathlib import Path
from typing import Any


def main() -> None:
    """Serve the model file named by the first argument; the address is written as one JSON line.

    The second argument, if there is one, names a file with the chat template.
    """
    xllamacpp: Any = importlib.import_module("xllamacpp")  # a compiled module without types
    params = xllamacpp.CommonParams()
    params.model.path = sys.argv[1]
    params.n_ctx = 8192
    params.n_parallel = 1
    params.port = 0
    params.hostnames = ["127.0.0.1"]
    params.cors_origins = ""
    params.cache_ram_mib = 0
    params.ui = False
    params.warmup = False
    params.verbosity = 1
    if len(sys.argv) > 2:
        params.use_jinja = True
        params.chat_template = Path(sys.argv[2]).read_text(encoding="utf-8")
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 2
    server = xllamacpp.Server(params)
    sys.stdout.write(json.dumps({"address": server.listening_address}) + "\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main()
