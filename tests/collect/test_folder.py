"""A snapshot comes back from its folder as it was."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ringfence.collect import in_scope
from ringfence.collect.folder import load, write
from ringfence.inventory.read import OPTIONAL, read
from ringfence.snapshot import Gap, Snapshot, SnapshotError
from tests.inventory.estate import PAGES, pages

TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
TIMES = st.datetimes(
    min_value=datetime(2000, 1, 1),  # noqa: DTZ001 - the zone is drawn beside it
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=2))]),
)
VPCS = st.none() | st.frozensets(TEXT, max_size=3)


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    """As collected: each operation in scope was answered or left a gap."""
    vpcs = draw(VPCS)
    whole = pages()
    responses: dict[str, Any] = {}
    gaps = []
    for operation in in_scope(vpcs):
        if draw(st.booleans()):
            responses[operation.name] = whole[operation.name]
        else:
            argument = draw(st.none() | TEXT)
            gaps.append(Gap(operation.name, draw(TEXT), draw(TEXT), argument))
    return Snapshot(
        account=draw(st.from_regex(r"[0-9]{12}", fullmatch=True)),
        region="eu-west-1",
        taken_at=draw(TIMES),
        responses=responses,
        gaps=tuple(gaps),
        vpcs=vpcs,
        asked=frozenset(operation.name for operation in in_scope(vpcs)),
    )


@settings(deadline=None)  # it writes dozens of files, on whatever disk there is
@given(snapshots())
def test_what_is_written_is_loaded(snapshot: Snapshot) -> None:
    """Nothing is added, nothing lost, gaps and narrowing included."""
    with TemporaryDirectory() as folder:
        write(snapshot, Path(folder))

        assert snapshot == load(Path(folder))


def test_live_answers_are_read_as_those_from_disk(tmp_path: Path) -> None:
    """Times are datetimes live and text on disk."""
    live = load(PAGES)
    instances = live.responses["ec2.describe_instances"]["Reservations"][0]["Instances"]
    instances[0]["LaunchTime"] = datetime(2026, 1, 1, tzinfo=UTC)

    write(live, tmp_path)

    assert read(live) == read(load(tmp_path))


def test_what_aws_cannot_say_is_not_written(tmp_path: Path) -> None:
    """Bytes or sets would not come back as they were."""
    snapshot = replace(load(PAGES), responses={"ec2.describe_vpcs": {"Vpcs": {1}}})

    with pytest.raises(TypeError, match="set"):
        write(snapshot, tmp_path)


def test_an_absent_file_was_not_read(tmp_path: Path) -> None:
    """It is a gap, unless it would only have added detail."""
    write(replace(load(PAGES), responses={}), tmp_path)

    snapshot = load(tmp_path)

    expected = {operation.name for operation in in_scope(None)} - OPTIONAL
    assert expected == {gap.operation for gap in snapshot.gaps}
    assert {"NotInSnapshot"} == {gap.code for gap in snapshot.gaps}
    assert frozenset() == read(snapshot).read


def test_an_earlier_snapshot_s_answers_do_not_stay(tmp_path: Path) -> None:
    """Two snapshots in one folder would be read as one."""
    whole = load(PAGES)
    write(whole, tmp_path)
    less = dict(whole.responses)
    del less["ec2.describe_vpcs"]

    write(replace(whole, responses=less), tmp_path)

    assert "ec2.describe_vpcs" not in load(tmp_path).responses


def test_a_null_token_is_the_last_page(tmp_path: Path) -> None:
    """The AWS CLI prints one at times."""
    _folder(tmp_path, "ec2.describe_vpcs", {"Vpcs": [], "NextToken": None})

    assert "ec2.describe_vpcs" in load(tmp_path).responses


@pytest.mark.parametrize(
    ("operation", "document", "message"),
    [
        ("ec2.describe_vpcs", "[]", "not an object"),
        ("ec2.describe_vpcs", "{", "not JSON"),
        ("ec2.describe_vpcs", '{"Subnets": []}', "Vpcs is missing"),
        ("ec2.describe_vpcs", '{"Vpcs": null}', "Vpcs is missing"),
        (
            "ec2.describe_vpcs",
            '{"Vpcs": [], "NextToken": "a"}',
            "NextToken is not null",
        ),
        ("elbv2.describe_rules", '{"arn:1": []}', "arn:1: not an object"),
        (
            "cloudfront.list_distributions",
            '{"DistributionList": []}',
            "DistributionList is not an object",
        ),
        (
            "cloudfront.list_distributions",
            '{"DistributionList": {"IsTruncated": true}}',
            "IsTruncated is true",
        ),
        ("elbv2.describe_rules", '{"Rules": []}', "Rules: not an object"),
        ("elbv2.describe_rules", '{"arn:1": {}}', "arn:1: Rules is missing"),
        (
            "elbv2.describe_rules",
            '{"arn:1": {"Rules": [], "NextMarker": "a"}}',
            "arn:1: NextMarker is not null",
        ),
    ],
)
def test_a_file_of_another_shape_names_itself_and_the_key(
    tmp_path: Path, operation: str, document: str, message: str
) -> None:
    """Whoever made it finds the place."""
    _folder(tmp_path, operation, {})
    (tmp_path / f"{operation}.json").write_text(document)

    with pytest.raises(SnapshotError, match=f"{operation}.json: {message}"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"account": None}, "account is missing"),
        ({"region": 1}, "region is missing or not text"),
        ({"taken_at": "noon"}, "taken_at is not an ISO 8601 time"),
        ({"taken_at": "2026-11-22T09:00:00"}, "taken_at has no UTC offset"),
        ({"taken_at": None}, "taken_at is missing"),
        ({"vpcs": "vpc-1"}, "vpcs is not a list"),
        ({"gaps": {}}, "gaps is not a list"),
        ({"gaps": [{"operation": "x"}]}, r"gaps\[0\] is not a gap"),
        ({"gaps": [{"operation": "x", "code": 1}]}, r"gaps\[0\] is not a gap"),
        (
            {"gaps": [{"operation": "x", "code": "y", "part": "z"}]},
            r"gaps\[0\] is not a gap",
        ),
    ],
)
def test_a_head_of_another_shape_names_the_key(
    tmp_path: Path, change: dict[str, Any], message: str
) -> None:
    """Without it nobody knows whose snapshot this is."""
    head = {"account": "1", "region": "r", "taken_at": "2026-11-22T09:00:00Z"}
    (tmp_path / "snapshot.json").write_text(json.dumps(head | change))

    with pytest.raises(SnapshotError, match=f"snapshot.json: {message}"):
        load(tmp_path)


def test_a_folder_without_a_head_is_no_snapshot(tmp_path: Path) -> None:
    """A wrong path is an error, not a Region full of gaps."""
    with pytest.raises(SnapshotError, match=r"snapshot.json: No such file"):
        load(tmp_path / "elsewhere")


def test_a_file_that_is_no_text_is_an_error(tmp_path: Path) -> None:
    """As one that is no JSON."""
    (tmp_path / "snapshot.json").write_bytes(b"\xff\xfe{")

    with pytest.raises(SnapshotError, match=r"snapshot.json: not JSON"):
        load(tmp_path)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_what_powershell_redirects_is_read(tmp_path: Path, encoding: str) -> None:
    """Its ``>`` writes a byte order mark, in older versions UTF-16."""
    _folder(tmp_path, "ec2.describe_vpcs", {"Vpcs": []})
    (tmp_path / "ec2.describe_vpcs.json").write_text('{"Vpcs": []}', encoding)

    assert {"Vpcs": []} == load(tmp_path).responses["ec2.describe_vpcs"]


def _folder(path: Path, operation: str, answer: dict[str, Any]) -> None:
    write(replace(load(PAGES), responses={operation: answer}), path)
