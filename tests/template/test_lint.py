"""AWS's own tools accept the template."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from cfnlint.api import lint_all

from tests.template import stack


@pytest.mark.slow
def test_sam_accepts_it() -> None:
    """`sam validate --lint` needs neither credentials nor a network."""
    sam = Path(sys.executable).parent / "sam"
    done = subprocess.run(  # noqa: S603 - our own tool
        [sam, "validate", "--lint", "--template", stack.PATH],
        capture_output=True,
        text=True,
        env={**os.environ, "SAM_CLI_TELEMETRY": "0"},
        check=False,
    )

    assert (0, "") == (done.returncode, done.stderr)


def test_cloudformation_accepts_the_examples() -> None:
    """Whoever copies one gets what its description says."""
    examples = sorted((stack.PATH.parent / "docs" / "examples").glob("*.yaml"))
    wrong = [
        str(match)
        for path in examples
        for match in lint_all(path.read_text())
        if not match.rule.id.startswith("I")  # informational
    ]

    assert ["automation-rule.yaml"] == [path.name for path in examples]
    assert [] == wrong
