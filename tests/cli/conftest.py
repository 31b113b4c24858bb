"""A terminal without any AWS credentials or Region."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ringfence.cli import main

Ringfence = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def no_credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in os.environ:
        if name.startswith("AWS_"):
            monkeypatch.delenv(name)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture
def ringfence(capsys: pytest.CaptureFixture[str]) -> Ringfence:
    """Run the command; give its status, output and errors."""

    def run(*arguments: object) -> tuple[int, str, str]:
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as exited:  # argparse's own
            code = int(exited.code or 0)
        output, errors = capsys.readouterr()
        return code, output, errors

    return run
