"""A Lambda function as a process of its own, kept warm between invocations."""

import json
import os
import queue
import subprocess
import sys
import time
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from local.deploy import Function
from local.runtime_api import Answer, Invocation, RuntimeApi
from local.server import REGION, Server

_LAYER = Path(__file__).parent.parent / "layers" / "core"
_SEALED = Path(__file__).parent / "sealed"
_LOG_TAIL = 30


class FunctionProcess:
    """
    Runs *function* through AWS's own runtime client, under its own role.

    The process starts with the first event, as a cold start does.
    """

    def __init__(self, function: Function, server: Server) -> None:
        """Run *function* against *server*, in whose folder its log is kept."""
        self.function = function
        # A file, and no pipe: what was written before the answer can be read after.
        self._log = server.folder / f"{function.logical}.log"
        self._log.write_text("")
        self.log_stream = f"local/{uuid.uuid4().hex}"
        self.invocations = 0
        self._endpoint = server.url
        self._api: RuntimeApi | None = None  # None: not started, or ended
        self._process: subprocess.Popen[bytes] | None = None  # None: as _api

    def invoke(self, event: Any) -> Answer:
        """Give *event* to the function and wait for what it says, or its timeout."""
        api = self._api or self._start()
        self.invocations += 1
        api.hand_over(
            Invocation(
                id=str(uuid.uuid4()),
                event=event if isinstance(event, str) else json.dumps(event),
                deadline_ms=int((time.time() + self.function.timeout_s) * 1000),
                arn=self.function.arn,
            )
        )
        return self._answer(api)

    def log(self) -> list[str]:
        """Give all lines that the function has logged."""
        return self._log.read_text().splitlines()

    def tail(self) -> str:
        """Show the last lines of the log."""
        return "\n".join(self.log()[-_LOG_TAIL:])

    def close(self) -> None:
        """End the process and everything around it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        if self._api is not None:
            self._api.close()
        self._api = self._process = None

    def _start(self) -> RuntimeApi:
        self._api = RuntimeApi()
        with self._log.open("a") as log:
            self._process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-m", "awslambdaric", self.function.handler],
                cwd=self.function.folder,
                env=self._environment(self._api.address),
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        return self._api

    def _answer(self, api: RuntimeApi) -> Answer:
        """Wait for the answer, the process's end or the function's timeout."""
        end = time.monotonic() + self.function.timeout_s
        while time.monotonic() < end:
            try:
                return api.answers.get(timeout=0.2)
            except queue.Empty:
                if self._process is None or self._process.poll() is not None:
                    self.close()
                    return _failure("Runtime.ExitError", "The process ended.")
        self.close()
        said = f"Task timed out after {self.function.timeout_s} seconds"
        return _failure("Sandbox.Timedout", said)

    def _environment(self, api: str) -> Mapping[str, str]:
        """Give what Lambda gives, and nothing of this process but its PATH."""
        function = self.function
        return {
            "PATH": os.environ.get("PATH", ""),
            "PYTHONPATH": os.pathsep.join((str(_LAYER), str(_SEALED))),
            "TZ": ":UTC",
            **function.environment,
            **function.credentials.environment(),
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ENDPOINT_URL": self._endpoint,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_mb),
            "AWS_LAMBDA_FUNCTION_NAME": function.name,
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_LOG_FORMAT": "JSON",
            "AWS_LAMBDA_LOG_GROUP_NAME": function.log_group,
            "AWS_LAMBDA_LOG_STREAM_NAME": self.log_stream,
            "AWS_LAMBDA_RUNTIME_API": api,
            "AWS_REGION": REGION,
            "LAMBDA_TASK_ROOT": str(function.folder),
            "_HANDLER": function.handler,
        }


def _failure(kind: str, message: str) -> Answer:
    return Answer(error={"errorType": kind, "errorMessage": message})
