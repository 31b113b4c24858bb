"""Scanning snapshots on disk."""

import json
from pathlib import Path

import pytest

from tests.cli import snapshots
from tests.cli.conftest import Ringfence

IMAGES = "ec2.describe_images"


@pytest.fixture
def opened(tmp_path: Path) -> Path:
    """A snapshot of one instance that takes SSH from everywhere."""
    return snapshots.write(tmp_path / "opened", **snapshots.open_ssh())


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """A snapshot of an account with nothing in it."""
    return snapshots.write(tmp_path / "empty")


def test_a_clean_account_exits_with_0(ringfence: Ringfence, empty: Path) -> None:
    """Nothing found and all read: status 0, and a summary that says so."""
    code, output, errors = ringfence("scan", "--snapshot", empty)

    assert (0, "") == (code, errors)
    assert "123456789012 eu-west-1 at 2026-05-04T12:00:00+00:00: no findings" in output


def test_a_finding_exits_with_1_and_is_shown(
    ringfence: Ringfence, opened: Path
) -> None:
    """The table names severity, check and resource; a summary counts."""
    code, output, _ = ringfence("scan", "--snapshot", opened)

    assert 1 == code
    row = next(line for line in output.splitlines() if "EXP-001" in line)
    assert ["CRITICAL", "EXP-001", "i-1", "(bitbucket-1)"] == row.split()[:4]
    assert "1 finding (1 critical)" in output.splitlines()[-1]


@pytest.mark.parametrize(("fail_on", "status"), [("medium", 1), ("HIGH", 0)])
def test_a_finding_below_the_threshold_does_not_fail(
    ringfence: Ringfence, tmp_path: Path, fail_on: str, status: int
) -> None:
    """--fail-on sets how bad a finding must be; it is shown all the same."""
    folder = snapshots.write(tmp_path / "s", **snapshots.open_ssh("192.0.2.0/24"))

    code, output, _ = ringfence("scan", "--snapshot", folder, "--fail-on", fail_on)

    assert "EXP-001" in output
    assert status == code


def test_what_was_not_read_exits_with_3_and_is_named(
    ringfence: Ringfence, tmp_path: Path
) -> None:
    """No findings is not clean where something was not read."""
    folder = snapshots.write(tmp_path / "s", without=(IMAGES,))

    code, output, _ = ringfence("scan", "--snapshot", folder)

    assert 3 == code
    assert f"Not read: {IMAGES}: NotInSnapshot no {IMAGES}.json" in output
    assert "AMI-001" in output


def test_a_finding_weighs_more_than_what_was_not_read(
    ringfence: Ringfence, tmp_path: Path
) -> None:
    """With both a finding and a gap, the status is the finding's."""
    folder = snapshots.write(
        tmp_path / "s", without=("acm.list_certificates",), **snapshots.open_ssh()
    )

    code, output, _ = ringfence("scan", "--snapshot", folder)

    assert 1 == code
    assert "Not read: acm.list_certificates" in output


def test_only_the_chosen_checks_are_asked(ringfence: Ringfence, tmp_path: Path) -> None:
    """A gap that no chosen check needs does not matter."""
    folder = snapshots.write(tmp_path / "s", without=(IMAGES,))

    code, output, _ = ringfence("scan", "--snapshot", folder, "--check", "CERT-*")

    assert 0 == code
    assert "9 checks" in output


def test_a_check_that_does_not_exist_is_wrong_use(
    ringfence: Ringfence, empty: Path
) -> None:
    """A mistyped code must not pass for a clean result."""
    code, output, errors = ringfence("scan", "--snapshot", empty, "--check", "EXP-999")

    assert (2, "") == (code, output)
    assert (
        "ringfence: no check is called 'EXP-999'; `ringfence checks` lists them.\n"
        == errors
    )


def test_json_has_the_verdicts(ringfence: Ringfence, tmp_path: Path) -> None:
    """The document has place, time, findings, unknown and waived."""
    folder = snapshots.write(
        tmp_path / "s", without=("acm.list_certificates",), **snapshots.open_ssh()
    )

    code, output, _ = ringfence("scan", "--snapshot", folder, "--format", "json")

    told = json.loads(output)
    assert 1 == code
    assert {
        "account",
        "region",
        "taken_at",
        "findings",
        "unknown",
        "waived",
    } == told.keys()
    assert snapshots.HEAD == {key: told[key] for key in snapshots.HEAD}
    finding = next(one for one in told["findings"] if one["check"] == "EXP-001")
    expected = {"resource": "i-1", "severity": "CRITICAL", "account": "123456789012"}
    assert expected == {key: finding[key] for key in expected}
    assert {"title", "message", "fix", "region", "observed_at", "evidence"} <= set(
        finding
    )
    assert "CERT-001" in {one["check"] for one in told["unknown"]}


def test_asff_is_a_list_that_can_be_imported(
    ringfence: Ringfence, opened: Path
) -> None:
    """The documents are those that Security Hub would get, and nothing else."""
    code, output, _ = ringfence("scan", "--snapshot", opened, "--format", "asff")

    (finding,) = json.loads(output)
    assert 1 == code
    assert "ringfence/123456789012/eu-west-1/EXP-001/i-1/tcp-22" == finding["Id"]
    assert "2026-05-04T12:00:00.000Z" == finding["UpdatedAt"]


def test_asff_leaves_what_is_unknown_to_the_error_stream(
    ringfence: Ringfence, tmp_path: Path
) -> None:
    """The format has no place for it, but nobody is to take silence for a pass."""
    folder = snapshots.write(tmp_path / "s", without=("acm.list_certificates",))

    code, _, errors = ringfence("scan", "--snapshot", folder, "--format", "asff")

    assert 3 == code
    assert "CERT-001" in errors
    assert "cannot tell: could not read certificates" in errors


def test_a_policy_is_applied(ringfence: Ringfence, opened: Path) -> None:
    """What a waiver accepts is counted apart, with its reason in JSON."""
    policy = opened / "policy.yaml"
    policy.write_text(
        "waivers:\n- {check: EXP-001, resource: i-1, reason: a test of ours,"
        " owner: ops, expires: 2026-12-31}\n"
    )
    arguments = ("scan", "--snapshot", opened, "--policy", policy)

    code, output, _ = ringfence(*arguments)
    _, as_json, _ = ringfence(*arguments, "--format", "json")

    assert 0 == code
    assert "no findings; 1 waived" in output
    (waived,) = json.loads(as_json)["waived"]
    assert ("EXP-001", "a test of ours", "ops") == (
        waived["check"],
        waived["reason"],
        waived["owner"],
    )


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("snapshot.json", None, ["snapshot.json", "No such file"]),
        ("snapshot.json", "{}", ["snapshot.json", "account"]),
        (f"{IMAGES}.json", "{", [f"{IMAGES}.json", "not JSON"]),
        (f"{IMAGES}.json", "{}", [f"{IMAGES}.json", "Images"]),
        (
            f"{IMAGES}.json",
            '{"Images": [], "NextToken": "x"}',
            [f"{IMAGES}.json", "NextToken"],
        ),
        (
            "ec2.describe_vpcs.json",
            '{"Vpcs": [{"CidrBlock": "10.0.0.0/8"}]}',
            ["ec2.describe_vpcs", "Vpcs[0]", "VpcId"],
        ),
    ],
    ids=["no head", "empty head", "not JSON", "no key", "more pages", "no id"],
)
def test_a_malformed_snapshot_names_the_file_and_the_key(
    ringfence: Ringfence, empty: Path, name: str, text: str | None, words: list[str]
) -> None:
    """One line says which file is wrong, and where in it."""
    (empty / name).unlink()
    if text is not None:
        (empty / name).write_text(text)

    code, output, errors = ringfence("scan", "--snapshot", empty)

    assert (2, "", 1) == (code, output, errors.count("\n"))
    assert str(empty) in errors
    for word in words:
        assert word in errors


@pytest.mark.parametrize(
    "arguments",
    [
        ["--snapshot", "x", "--region", "eu-west-1"],
        ["--fail-on", "severe"],
        ["--format", "xml"],
    ],
)
def test_wrong_use_exits_with_2(ringfence: Ringfence, arguments: list[str]) -> None:
    """What argparse refuses has the status of wrong use."""
    assert 2 == ringfence("scan", *arguments)[0]


def test_a_stated_version_is_judged(ringfence: Ringfence, tmp_path: Path) -> None:
    """A snapshot has no looks: tags and the policy have the say."""
    answers = snapshots.open_ssh()
    (reservation,) = answers["ec2__describe_instances"]["Reservations"]
    (instance,) = reservation["Instances"]
    instance["Tags"].append({"Key": "ringfence:version", "Value": "7.21.3"})
    folder = snapshots.write(tmp_path / "s", **answers)

    _, output, _ = ringfence("scan", "--snapshot", folder, "--check", "VER-001")

    row = next(line for line in output.splitlines() if "VER-001" in line)
    assert ["CRITICAL", "VER-001", "i-1"] == row.split()[:3]
