"""One account for all end-to-end tests: swept once, IAM enforced."""

from collections.abc import Iterator

import pytest

from local.account import Account, opened
from tests.leaks import leaks


@pytest.fixture(scope="session")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    """The demo account after its first sweep, whose digest is still in the inbox."""
    with opened(tmp_path_factory.mktemp("account")) as account:
        account.sweep()
        yield account
        logs = {log: log.read_text() for log in account.server.folder.glob("*.log")}
        assert [] == [
            (log.name, leaks(text)) for log, text in logs.items() if leaks(text)
        ]
        assert any(logs.values())


@pytest.fixture
def account(swept: Account) -> Iterator[Account]:
    """The swept account with an empty inbox; faults do not outlive a test."""
    swept.alerts()
    yield swept
    swept.server.forget_faults()
