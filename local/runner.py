"""Runs a deployed stack: its functions, and all that starts them."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from local.deploy import Function, Stack
from local.function_process import FunctionProcess
from local.pollers import Poller, QueuePoller, StreamPoller
from local.server import Server

_WAIT_S = 0.2


class UnsettledError(RuntimeError):
    """Something is still on its way, and the message says where."""


@dataclass
class Runner:
    """Runs *stack* step by step: nothing happens between two calls."""

    server: Server
    stack: Stack
    processes: dict[str, FunctionProcess] = field(init=False)
    pollers: dict[str, Poller] = field(init=False)
    _shipped: dict[str, int] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Connect what the template connects."""
        self.processes = {
            logical: FunctionProcess(function, self.server)
            for logical, function in self.stack.functions.items()
        }
        self.pollers = {}
        for source in self.stack.sources:
            kind = QueuePoller if ":sqs:" in source.arn else StreamPoller
            process = self.processes[source.function]
            self.pollers[source.function] = kind(self.server, source, process)

    def start_schedule(self, logical: str) -> None:
        """Do what EventBridge Scheduler does when the schedule *logical* is due."""
        schedule = self.stack.schedules[logical]
        due = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")  # noqa: TID251
        event = schedule.event.replace("<aws.scheduler.scheduled-time>", due)
        self._invoke_asynchronously(schedule.function, event)

    def settle(self, within_s: float = 60.0) -> None:
        """Work until every queue and stream that feeds a function is empty."""
        end = time.monotonic() + within_s
        while True:
            worked = [poller.poll() for poller in self.pollers.values()]
            if any(worked):
                if time.monotonic() > end:
                    raise UnsettledError(self._unsettled(within_s))
                continue
            if not any(poller.left() for poller in self.pollers.values()):
                break
            if time.monotonic() > end:
                raise UnsettledError(self._unsettled(within_s))
            time.sleep(_WAIT_S)  # a message was sent with a delay
        self._ship_logs()

    def close(self) -> None:
        """End all processes."""
        for process in self.processes.values():
            process.close()

    def _unsettled(self, within_s: float) -> str:
        lines = [f"Not settled after {within_s:.0f} s:"]
        for logical, poller in self.pollers.items():
            if left := poller.left():
                tail = self.processes[logical].tail()
                lines.append(f"{left} for {logical}, whose log ends:\n{tail}")
        return "\n".join(lines)

    def _invoke_asynchronously(self, logical: str, event: str) -> None:
        """Try as often as the function says, then tell its failure destination."""
        function = self.stack.functions[logical]
        process = self.processes[logical]
        for _ in range(function.retries + 1):
            answer = process.invoke(event)
            if answer.error is None:
                return
        if function.on_failure is None:
            raise RuntimeError(f"{logical} failed: {answer.error}\n{process.tail()}")
        self._report_failure(function, event, answer.error)

    def _report_failure(self, function: Function, event: str, error: Any) -> None:
        queue = (function.on_failure or "").rpartition(":")[2]
        sqs = self.server.client("sqs", by=function.credentials)
        url = next(
            value for value in self.stack.ids.values() if value.endswith(f"/{queue}")
        )
        notice = {"requestPayload": json.loads(event), "responsePayload": error}
        sqs.send_message(QueueUrl=url, MessageBody=json.dumps(notice))

    def _ship_logs(self) -> None:
        """Write what functions logged to their log groups, as Lambda does."""
        for logical, process in self.processes.items():
            done = self._shipped.get(logical, 0)
            new = process.log()[done:]
            lines = [line for line in new if line.strip()]
            if not lines:
                continue
            function = process.function
            logs = self.server.client("logs", by=function.credentials)
            stream = {
                "logGroupName": function.log_group,
                "logStreamName": process.log_stream,
            }
            if not done:
                logs.create_log_stream(**stream)
            now = int(time.time() * 1000)
            logs.put_log_events(
                **stream,
                logEvents=[{"timestamp": now, "message": line} for line in lines],
            )
            self._shipped[logical] = done + len(new)


@contextmanager
def running(server: Server, stack: Stack) -> Iterator[Runner]:
    """Run *stack* on *server* until the end of the block."""
    runner = Runner(server, stack)
    try:
        yield runner
    finally:
        runner.close()
