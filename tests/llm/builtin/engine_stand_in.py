"""A process that starts like the engine and answers from a script, for tests of what surrounds the model.

The file named by its first argument holds a JSON list: for each answer its text, or a number of seconds to say nothing.
"""

import contextlib
import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


class Handler(BaseHTTPRequestHandler):
    """Answers templates, saved prompts and completions."""

    answers: list[str | float]

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/apply-template":
            self._give({"prompt": json.dumps(body["messages"], ensure_ascii=False)})
        elif self.path.startswith("/slots/") or not body["stream"]:
            self._give({})
        else:
            self._stream(self.answers.pop(0))

    def _give(self, value: object) -> None:
        self.send_response(200)
        content = json.dumps(value).encode()
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _stream(self, answer: str | float) -> None:
        self.send_response(200)
        self.end_headers()
        if not isinstance(answer, str):
            time.sleep(answer)
            return
        timings = {"cache_n": 5, "prompt_n": 2, "predicted_n": len(answer)}
        with contextlib.suppress(ConnectionError):  # whoever has enough hangs up
            for char in answer:
                self._event({"content": char, "stop": False, "timings": timings})
            self._event({"content": "", "stop": True, "stop_type": "eos", "timings": timings})

    def _event(self, event: dict[str, Any]) -> None:
        self.wfile.write(f"data: {json.dumps(event)}\n\n".encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def main() -> None:
    """Read the settings line, tell the address, answer until standard input ends."""
    sys.stdin.readline()
    Handler.answers = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdout.write(json.dumps({"address": f"http://127.0.0.1:{server.server_port}"}) + "\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main()
