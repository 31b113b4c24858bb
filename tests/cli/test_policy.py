"""Checking a policy."""

from pathlib import Path

import pytest

from tests.cli import snapshots
from tests.cli.conftest import Ringfence


def test_a_good_policy_is_summed_up(ringfence: Ringfence, tmp_path: Path) -> None:
    """A usable policy exits with 0 and says what it holds."""
    path = tmp_path / "policy.yaml"
    path.write_text(
        "trusted: {office: [203.0.113.0/24]}\nendpoints: [{host: a.example}]"
    )

    code, output, _ = ringfence("policy", "check", path)

    assert 0 == code
    assert (
        f"{path} can be used: 1 trusted network, 0 products, 0 waivers, 1 endpoint.\n"
        == output
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"trusted: {office: [nowhere]}", ["trusted.office.0", "203.0.113.0/24"]),
        (b"waiver: []", ["waiver", "not permitted"]),
        (b"- a list", ["must be a mapping"]),
        (b"a: [", ["not YAML"]),
        (b"\xff\xfe\xfd", ["not UTF-8"]),
        (None, ["No such file"]),
    ],
    ids=["range", "unknown key", "list", "not YAML", "not text", "absent"],
)
def test_a_bad_policy_names_the_field(
    ringfence: Ringfence, tmp_path: Path, text: bytes | None, words: list[str]
) -> None:
    """`policy check` and `scan --policy` say the same, and exit with 2."""
    path = tmp_path / "policy.yaml"
    if text is not None:
        path.write_bytes(text)
    folder = snapshots.write(tmp_path / "s")

    code, output, errors = ringfence("policy", "check", path)
    scanned = ringfence("scan", "--snapshot", folder, "--policy", path)

    assert (2, "") == (code, output)
    assert errors.startswith(f"ringfence: {path}: ")
    for word in words:
        assert word in errors
    assert (2, "", errors) == scanned
