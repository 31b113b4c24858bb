"""Listing the checks, and the command as such."""

import subprocess
import sys

from ringfence import __version__
from ringfence.checks import all_checks
from tests.cli.conftest import Ringfence


def test_every_check_is_listed(ringfence: Ringfence) -> None:
    """Each line has a check's code, severity and title."""
    code, output, _ = ringfence("checks")

    assert 0 == code
    listed = [tuple(line.split(maxsplit=2)) for line in output.splitlines()]
    assert [
        (check.code, check.severity.value, check.title) for check in all_checks()
    ] == listed


def test_no_command_is_wrong_use(ringfence: Ringfence) -> None:
    """Without a command there is nothing to do."""
    assert 2 == ringfence()[0]


def test_the_package_runs_as_a_module() -> None:
    """`python -m ringfence.cli` is the command, and exits with its status."""
    command = [sys.executable, "-m", "ringfence.cli"]

    version = subprocess.run(  # noqa: S603 - ours
        [*command, "--version"], capture_output=True, text=True, check=True
    )
    wrong = subprocess.run(  # noqa: S603 - ours
        [*command, "policy", "check", "/no/such/policy"],
        capture_output=True,
        check=False,
    )

    assert f"{__version__}\n" == version.stdout
    assert 2 == wrong.returncode
