"""A known vulnerability fails the check; a network that is away does not."""

import subprocess
from typing import Any

import pytest

from local import audit

FLAW = {"id": "PYSEC-1", "aliases": ["CVE-2026-1"], "fix_versions": ["2.1"]}


def a_report(*dependencies: dict[str, Any]) -> dict[str, Any]:
    return {"dependencies": list(dependencies), "fixes": []}


def test_a_vulnerability_fails_and_says_what_fixes_it() -> None:
    """By its id, the CVE, and the version to take."""
    status, told = audit.judged(
        a_report(
            {"name": "fine", "version": "1", "vulns": []},
            {"name": "bad", "version": "2.0", "vulns": [FLAW]},
        )
    )

    assert 1 == status
    assert "bad 2.0: PYSEC-1 (CVE-2026-1), fixed in 2.1\naudited: 2 packages" == told


def test_what_could_not_be_looked_up_is_counted() -> None:
    """Not audited is not the same as without flaws."""
    status, told = audit.judged(
        a_report({"name": "unknown", "skip_reason": "not on PyPI"})
    )

    assert 0 == status
    assert "not audited, PyPI does not tell: 1 packages\naudited: 0 packages" == told


def test_a_network_that_is_away_does_not_fail_the_check(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever is offline is told that nothing was audited."""
    gone = subprocess.CompletedProcess((), 1, "", "ERROR: connection refused\n")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: gone)

    assert (0, "not audited: ERROR: connection refused") == audit.audit("lock.txt")


def test_a_network_that_hangs_does_not_hold_the_check(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is given up after its time."""

    def hang(*_: Any, **__: Any) -> None:
        raise subprocess.TimeoutExpired("pip-audit", 120)

    monkeypatch.setattr(subprocess, "run", hang)

    assert (0, "not audited, PyPI did not answer within 120 s") == audit.audit("x")
