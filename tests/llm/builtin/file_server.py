"""A real HTTP server on the loopback that serves one file, with Range, and with the faults that a test asks for."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Served:
    """What is served and what was asked. `cut_after` holds, per request, after how many bytes the connection breaks."""

    content: bytes
    cut_after: list[int | None] = field(default_factory=list)
    status: int = 200
    content_type: str = "application/octet-stream"
    location: str = ""
    leads_on: bool = False  # to `location` again and again, not once
    takes_ranges: bool = True
    ranges: list[str | None] = field(default_factory=list)
    url: str = ""


@contextmanager
def serving(served: Served) -> Iterator[Served]:
    """Serve until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = self.headers.get("Range")
            served.ranges.append(asked)
            if served.location:
                self.send_response(302)
                self.send_header("Location", served.location)
                self.end_headers()
                served.location = served.location if served.leads_on else ""
                return
            begin = int(asked.removeprefix("bytes=").rstrip("-")) if asked and served.takes_ranges else 0
            if begin and begin >= len(served.content):
                self.send_response(416)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            body = served.content[begin:]
            self.send_response(206 if begin else served.status)
            self.send_header("Content-Type", served.content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            cut = served.cut_after.pop(0) if served.cut_after else None
            self.wfile.write(body if cut is None else body[:cut])
            self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served.url = f"http://127.0.0.1:{server.server_port}/model.gguf"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
