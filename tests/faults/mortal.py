"""
Runs functions in processes that die: ``python -m tests.faults.mortal``.

Each line of the input asks for one invocation, in a child of its own that kills
itself after the write to AWS with the given number: SIGKILL, which nothing can
catch or clean up after. The answer's line has the call that was the last, if it
died, and the status that the child ended with.
"""

import json
import os
import signal
import sys
from typing import Any

from ringfence import clients
from tests.faults.cases import FUNCTIONS, STATE, Hurried

_READS = ("Get", "Query", "Receive")


def main() -> None:
    """Serve one request after the other, in the environment of each."""
    for line in sys.stdin:
        asked = json.loads(line)
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(read)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            _invoked(asked, write)
            os._exit(0)
        os.close(write)
        with os.fdopen(read) as last:
            said = last.read().splitlines()
        _, status = os.waitpid(child, 0)
        died = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        hit = said[0] if died and said else ""
        answer = json.dumps({"died_after": hit, "status": status})
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


def _invoked(asked: Any, write: int) -> None:
    os.environ.update(asked["environment"])
    left = asked["number"]

    def count(event_name: str, **rest: Any) -> None:
        nonlocal left
        _, service, operation = event_name.split(".")
        if service not in STATE or operation.startswith(_READS):
            return
        left -= 1
        if left == 0:
            os.write(write, f"{service}.{operation}\n".encode())
            os.kill(os.getpid(), signal.SIGKILL)

    events = clients.session().events
    events.register("after-call", count)
    FUNCTIONS[asked["function"]](asked["event"], Hurried())


if __name__ == "__main__":
    main()
