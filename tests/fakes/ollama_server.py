"""A small server that speaks Ollama's HTTP API, for one model that says what it is told to."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

MODEL = "tiny"


@dataclass
class OllamaScript:
    """What the server says, call by call (the last again and again), and what it was asked."""

    replies: Sequence[str] = ("Hello there.",)
    delay_seconds: float = 0.0
    junk: bool = False
    requests: list[dict[str, object]] = field(default_factory=list)
    url: str = ""

    def next_reply(self) -> str:
        """The reply to the newest request."""
        return self.replies[min(len(self.requests), len(self.replies)) - 1]


@contextmanager
def ollama_server(script: OllamaScript) -> Iterator[OllamaScript]:
    """Serve the script on a free port of 127.0.0.1."""

    class Handler(_Handler):
        said = script

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    script.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield script
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    said: OllamaScript

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path != "/api/chat":
            self._send(404, b"404 page not found")
        elif body["model"] != MODEL:
            missing = {"error": f"model '{body['model']}' not found"}
            self._send(404, json.dumps(missing).encode())
        else:
            self.said.requests.append(body)
            time.sleep(self.said.delay_seconds)
            self._send(200, b"<html>busy</html>\n" if self.said.junk else self._lines())

    def log_message(self, *args: object) -> None:
        """Stay quiet."""

    def _lines(self) -> bytes:
        text = self.said.next_reply()
        half = len(text) // 2
        lines = [self._line(text[:half]), self._line(text[half:])]
        last = self._line("") | {"done": True, "done_reason": "stop", "eval_count": 2}
        last |= {"total_duration": 1, "prompt_eval_count": 1}
        return b"".join(json.dumps(line).encode() + b"\n" for line in [*lines, last])

    def _line(self, content: str) -> dict[str, object]:
        message = {"role": "assistant", "content": content}
        at = "2026-01-01T00:00:00Z"
        return {"model": MODEL, "created_at": at, "message": message, "done": False}

    def _send(self, status: int, body: bytes) -> None:
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/x-ndjson")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            self.close_connection = True  # the client did not wait
