"""The functions' small AWS, and a wire to it that fails as it is told to."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.retries.standard import ExponentialBackoff
from moto.core.botocore_stubber import BotocoreStubber

from functions.publish import app as publish_app
from ringfence import clients
from tests.faults.wire import Wire
from tests.functions.conftest import aws, context

__all__ = ["aws", "context"]


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Iterator[Wire]:
    """The wire; nobody waits before an attempt is repeated, but for a moment."""
    made = Wire()

    def answer(stubber: BotocoreStubber, *args: Any, **named: Any) -> Any:
        return made.answer(stubber, *args, **named)

    monkeypatch.setattr(BotocoreStubber, "__call__", answer)
    monkeypatch.setattr(ExponentialBackoff, "delay_amount", lambda *_: 0)
    monkeypatch.setattr(publish_app, "pause", lambda attempt: None)
    yield made
    clients.session.cache_clear()  # their quota of retries is used up
