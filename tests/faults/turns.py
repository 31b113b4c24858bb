"""
Functions that run side by side, one call at a time, in whatever order is wanted.

Each works in a thread of its own that waits before every call until it is its
turn; so an interleaving is a list of turns, and the same list is the same run.
"""

import threading
from collections.abc import Callable
from typing import Any

_PATIENCE_S = 30  # of the test, with a thread that does not answer


class Killed(BaseException):
    """The process is gone; nothing that catches errors catches this."""


class Worker:
    """
    Work that goes on by one call with each turn, until it ends or is killed.

    *about* is the caller's own, whatever becomes of the work.
    """

    def __init__(
        self, work: Callable[["Worker"], None], about: str | None = None
    ) -> None:
        self.about = about
        self.is_done = False
        self.error: BaseException | None = None
        self._kill = ""
        self._turn = threading.Semaphore(0)
        self._waiting = threading.Semaphore(0)
        self._thread = threading.Thread(target=self._run, args=(work,), daemon=True)
        self._thread.start()
        self._rest()

    def step(self, kill: str = "") -> None:
        """Make the next call; with *kill*, die ``before`` or ``after`` it."""
        assert not self.is_done
        self._kill = kill
        self._turn.release()
        self._rest()

    def wait(self) -> None:
        """Wait for a turn, on the worker's own thread."""
        self._waiting.release()
        self._turn.acquire()
        if self._kill == "before":
            raise Killed

    def over(self, client: Any, *names: str) -> Any:
        """Give *client*, of which each of the methods *names* waits for a turn."""
        return _Taking(client, self, names)

    def die_if_told(self) -> None:
        """Die after the call that was made, if that is this turn's end."""
        if self._kill == "after":
            raise Killed

    def _rest(self) -> None:
        assert self._waiting.acquire(timeout=_PATIENCE_S), "a worker hangs"

    def _run(self, work: Callable[["Worker"], None]) -> None:
        try:
            self.wait()
            work(self)
        except BaseException as error:  # noqa: BLE001 - the test looks at it
            self.error = error
        self.is_done = True
        self._waiting.release()


class _Taking:
    def __init__(self, client: Any, worker: Worker, names: tuple[str, ...]) -> None:
        self._client = client
        self._worker = worker
        self._names = names

    def get_paginator(self, operation: str) -> Any:
        """Let its pages wait for turns, too."""
        paginator = self._client.get_paginator(operation)
        return _Taking(paginator, self._worker, self._names)

    def __getattr__(self, name: str) -> Any:
        known = getattr(self._client, name)
        if name not in self._names:
            return known

        def call(*args: Any, **kwargs: Any) -> Any:
            self._worker.wait()
            answer = known(*args, **kwargs)
            if name == "paginate":
                answer = list(answer)
            self._worker.die_if_told()
            return answer

        return call
