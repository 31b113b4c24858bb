"""
Lambda's runtime API, for one process of one function.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import json
import queue
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True, slots=True)
class Invocation:
    """One event on its way to the function."""

    id: str
    event: str
    deadline_ms: int
    arn: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the function said; *error* is its failure, as JSON, if it failed."""

    payload: Any = None
    error: Mapping[str, Any] | None = None  # None: it succeeded


class RuntimeApi:
    """Hands events to the runtime client and takes its answers."""

    def __init__(self) -> None:
        """Listen on a free port of loopback."""
        self._waiting: queue.Queue[Invocation | None] = queue.Queue()
        self.answers: queue.Queue[Answer] = queue.Queue()
        handler = type("Handler", (_Handler,), {"api": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        # It looks for its end every 50 ms instead of twice a second.
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True
        )
        self._thread.start()

    @property
    def address(self) -> str:
        """Where the runtime client finds it."""
        return f"127.0.0.1:{self._server.server_port}"

    def hand_over(self, invocation: Invocation) -> None:
        """Give *invocation* to the function as its next event."""
        self._waiting.put(invocation)

    def next(self) -> Invocation | None:
        """Wait for an event; None: there will be none."""
        return self._waiting.get()

    def close(self) -> None:
        """Stop listening."""
        self._waiting.put(None)
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    """The four requests that a runtime client makes."""

    api: RuntimeApi
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        invocation = self.api.next()
        if invocation is None:
            self.close_connection = True
            return
        # Without the content type the client hangs.
        self._send(
            200,
            invocation.event.encode(),
            {
                "Content-Type": "application/json",
                "Lambda-Runtime-Aws-Request-Id": invocation.id,
                "Lambda-Runtime-Deadline-Ms": str(invocation.deadline_ms),
                "Lambda-Runtime-Invoked-Function-Arn": invocation.arn,
                "Lambda-Runtime-Trace-Id": "Root=1-00000000-000000000000000000000000",
            },
        )

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])) or b"{}")
        failed = self.path.endswith("/error")
        answer = Answer(error=body) if failed else Answer(payload=body)
        self._send(202, b'{"status": "OK"}', {"Content-Type": "application/json"})
        self.api.answers.put(answer)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing: the function's log is what counts."""

    def _send(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
