"""
Are known vulnerabilities in what is locked? Asks PyPI, through pip-audit.

A vulnerability fails the check. A database that cannot be reached does not, for the
check has to run without a network too; it says what was not audited.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
LOCKS = ("requirements-dev.txt", "layers/deps/requirements.txt")

_LIMIT_S = 120


def judged(report: Mapping[str, Any]) -> tuple[int, str]:
    """Give the exit status for pip-audit's *report*, and what to print."""
    found = report["dependencies"]
    lines = [
        f"{one['name']} {one['version']}: {flaw['id']}"
        f"{_named(flaw.get('aliases', ()))}, {_fixed(flaw['fix_versions'])}"
        for one in found
        for flaw in one.get("vulns", ())
    ]
    skipped = [one["name"] for one in found if "skip_reason" in one]
    if skipped:
        lines.append(f"not audited, PyPI does not tell: {len(skipped)} packages")
    lines.append(f"audited: {len(found) - len(skipped)} packages")
    return int(any(one.get("vulns") for one in found)), "\n".join(lines)


def _named(aliases: object) -> str:
    names = list(aliases) if isinstance(aliases, (list, tuple)) else []
    return f" ({', '.join(names)})" if names else ""


def _fixed(versions: list[str]) -> str:
    return f"fixed in {', '.join(versions)}" if versions else "no fix yet"


def audit(lock: str) -> tuple[int, str]:
    """Run pip-audit on the lock file *lock*, without resolving or installing."""
    command = (sys.executable, "-m", "pip_audit", "--requirement", str(ROOT / lock))
    options = ("--require-hashes", "--disable-pip", "--format", "json")
    quiet = ("--progress-spinner", "off", "--timeout", "10")
    try:
        run = subprocess.run(  # noqa: S603 - our own interpreter, no shell
            (*command, *options, *quiet),
            capture_output=True,
            text=True,
            timeout=_LIMIT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return 0, f"not audited, PyPI did not answer within {_LIMIT_S} s"
    try:
        report = json.loads(run.stdout)
    except json.JSONDecodeError:
        last = run.stderr.strip().splitlines()[-1:] or ["no reason given"]
        return 0, f"not audited: {last[0]}"
    return judged(report)


def main() -> int:
    """Audit every lock file; the status is the worst one's."""
    worst = 0
    for lock in LOCKS:
        status, told = audit(lock)
        print(f"{lock}:\n{told}")
        worst = max(worst, status)
    return worst


if __name__ == "__main__":
    sys.exit(main())
