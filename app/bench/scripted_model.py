"""A language model that costs nothing: an OpenAI-compatible server that answers at once.

Benches of speed stand on it, so that they measure Sounding and not a model. Its follow-ups are
fixed sentences in turn; any other typed reply is the smallest one that its schema allows.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

MODEL = "scripted"
LEAD = "Thank you."
FOLLOW_UPS = (
    "Which part of that would you try first, and for what reason?",
    "What would have to change for you to do it differently?",
    "How would you notice that it does not work as you described?",
    "Where did you see something like this in your own work?",
    "What is the cost of doing it that way?",
    "Who else would need to know about it, and when?",
    "What would you measure to be sure of that?",
    "Which simpler way did you leave out?",
)


@contextmanager
def scripted_model() -> Iterator[str]:
    """Serve on a free port of 127.0.0.1; the base URL for `SOUNDING_OPENAI_BASE_URL`."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def scripted_settings(base_url: str) -> dict[str, str]:
    """The server's settings that make this model its interviewer, and nobody its grader."""
    return {
        "SOUNDING_OPENAI_BASE_URL": base_url,
        "SOUNDING_OPENAI_API_KEY": "none",
        "SOUNDING_INTERVIEWER_MODEL": f"openai:{MODEL}",
        "SOUNDING_GRADER_MODEL": "none",
        "SOUNDING_COACH_MODEL": "none",
    }


def reply_to(request: dict[str, Any], follow_up: str) -> str:
    """What the model says to this request of the chat API."""
    wanted = request.get("response_format") or {}
    if wanted.get("type") != "json_schema":
        return "Yes"
    schema = wanted["json_schema"]["schema"]
    said = _smallest(schema, schema.get("$defs", {}))
    for name in ("ask", "question"):
        if name in said:
            said[name] = follow_up
    return json.dumps(said)


def _smallest(schema: dict[str, Any], known: dict[str, Any]) -> Any:  # noqa: ANN401  # any JSON
    """The smallest value that a JSON schema allows."""
    if "$ref" in schema:
        return _smallest(known[schema["$ref"].rsplit("/", 1)[1]], known)
    options = schema.get("anyOf") or schema.get("oneOf")
    if options:
        nothing = {"type": "null"}
        return None if nothing in options else _smallest(options[0], known)
    if schema.get("enum"):
        return schema["enum"][0]
    match schema.get("type"):
        case "object":
            return {k: _smallest(v, known) for k, v in schema.get("properties", {}).items()}
        case "array":
            return [_smallest(schema["items"], known)] * int(schema.get("minItems", 0))
        case "integer" | "number":
            return schema.get("minimum", 0)
        case "boolean":
            return True
        case "string":
            return "x" * int(schema.get("minLength", 0))
    return None


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    asked = itertools.count()

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        follow_up = FOLLOW_UPS[next(self.asked) % len(FOLLOW_UPS)]
        if request.get("stream"):
            self._stream(f"{LEAD} {follow_up}")
            return
        message = {"role": "assistant", "content": reply_to(request, follow_up)}
        answer = {
            "id": "scripted",
            "object": "chat.completion",
            "created": 0,
            "model": MODEL,
            "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
        }
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _stream(self, said: str) -> None:
        """The words one by one, as free text comes; a lead first, as our own questions have."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        for piece in (*re.findall(r"\S+\s*", said), None):
            delta = {} if piece is None else {"role": "assistant", "content": piece}
            chunk = {
                "id": "scripted",
                "object": "chat.completion.chunk",
                "created": 0,
                "model": MODEL,
                "choices": [
                    {"index": 0, "delta": delta, "finish_reason": None if piece else "stop"}
                ],
            }
            self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
        self.wfile.write(b"data: [DONE]\n\n")
        self.close_connection = True

    def log_message(self, *args: object) -> None:
        """Stay quiet."""
