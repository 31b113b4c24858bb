"""The watch over all tests' logs sees what it is there for."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.leaks import PASSWORD, leaks

KEY = "AKIA" + "IOSFODNN7EXAMPLE"  # AWS's own example, in parts


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f"error: {PASSWORD}", "a password of a test's"),
        ("-----BEGIN " + "PRIVATE KEY-----", "PEM"),
        ("-----BEGIN " + "CERTIFICATE-----", "PEM"),
        ("MII" + "A" * 64, "DER in base64"),
        (json.dumps({"privateKey": {"hb": [45, 45]}}), "bytes as CloudTrail"),
        (json.dumps(json.dumps({"hb": [45]})), "bytes as CloudTrail"),
        (f"Credential={KEY}/20260101", "an access key"),
        ("'SessionToken': 'x'", "a session's credentials"),
        ("AWS_SECRET_ACCESS_KEY=x", "a session's credentials"),
    ],
)
def test_a_secret_is_known_by_its_shape(text: str, kind: str) -> None:
    """Whatever stands around it."""
    (found,) = leaks(f"before {text} after")

    assert found.startswith(kind)


@pytest.mark.parametrize(
    "text",
    [
        "arn:aws:acm:eu-west-1:1:certificate/0a",
        "MIIT",
        "sha256:0a1b",
        "the session ended",
    ],
)
def test_what_is_not_secret_may_be_logged(text: str) -> None:
    """Ids, fingerprints and words."""
    assert [] == leaks(text)


@pytest.mark.parametrize(
    "how", ["print(PASSWORD)", "logging.getLogger('x').warning(PASSWORD)"]
)
def test_a_test_that_logs_a_secret_fails(tmp_path: Path, how: str) -> None:
    """However it is logged; the test itself has nothing against it."""
    test = tmp_path / "test_it.py"
    test.write_text(
        f"import logging\nfrom tests.leaks import PASSWORD\ndef test_it():\n    {how}\n"
    )
    root = Path(__file__).parents[1]
    options = ("-p", "tests.conftest", "-p", "no:cacheprovider", "-q")
    run = subprocess.run(  # noqa: S603 - our own interpreter, no shell
        (sys.executable, "-m", "pytest", "-c", "/dev/null", *options, str(test)),
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )

    assert 1 == run.returncode, run.stdout
    assert "logged: a password of a test's" in run.stdout
