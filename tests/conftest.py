"""What holds for every test: nothing that it prints or logs is secret."""

from collections.abc import Generator

import pytest

from tests.leaks import leaks


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a test whose captured output or log records hold a secret."""
    report = yield
    told = "\n".join(text for title, text in report.sections if "Captured" in title)
    found = leaks(told)
    if report.passed and found:
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} ({call.when}) logged: {', '.join(found)}"
    return report
