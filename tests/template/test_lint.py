"""AWS's own tools accept the template."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

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
