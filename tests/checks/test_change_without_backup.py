"""BAK-007: an instance that was started anew on data that nobody had backed up."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from ringfence.checks.change_without_backup import change_without_backup
from ringfence.finding import Problem
from ringfence.inventory import Inventory
from ringfence.inventory.looks import Endpoint, looked
from ringfence.inventory.memories import Memories, Ran
from ringfence.inventory.visits import HttpObservation
from tests.build import TAKEN_AT, a_listener, an_estate, balanced, days
from tests.keeping import (
    LONG_AGO,
    ROOT,
    SYSTEM,
    a_database,
    a_node,
    a_point,
    a_snapshot,
    a_system,
    a_volume,
    keeping,
)

LAUNCHED = TAKEN_AT - days(3)
NODE = (a_node(launched_at=LAUNCHED),)


def snapshot_at(before: timedelta) -> object:
    """Give a snapshot from *before* the launch."""
    return a_snapshot(id=f"snap-{before}", started_at=LAUNCHED - before)


SCALED = {"Name": "jira-prod", "aws:autoscaling:groupName": "jira"}
HOST = "web-1.eu-west-1.elb.amazonaws.com:443"
SEEN = TAKEN_AT - timedelta(hours=60)  # for the last time before the update
TOLD = SEEN + timedelta(hours=6)  # what the update had made of it


def updated(
    versions: tuple[str, str] = ("9.4.0", "9.12.0"),
    at: datetime = TOLD,
    **parts: Any,
) -> Inventory:
    """Give a node whose endpoint told one version, and *at* another."""
    then, now = (
        HttpObservation(endpoint=HOST, product="jira", version=version)
        for version in versions
    )
    endpoint = Endpoint(host=HOST.partition(":")[0], port=443)
    before = looked(None, endpoint, tls=None, http=then, at=at - (TOLD - SEEN))
    look = looked(before, endpoint, tls=None, http=now, at=at)
    world = balanced(a_listener(443), product="jira")
    (node,) = world.instances
    kept = keeping(**parts)
    names = ("volumes", "volume_snapshots", "file_systems", "recovery_points")
    return replace(
        world,
        instances=(replace(node, root_device="/dev/xvda", launched_at=LONG_AGO),),
        last_looks=(look,),
        **{name: getattr(kept, name) for name in names},
    )


def shared(**parts: Any) -> Inventory:
    """Give nodes whose data is in a file system that was backed up two days ago."""
    point = a_point(made_at=TAKEN_AT - days(1.8))
    return keeping(**({"volumes": (), "recovery_points": (point,)} | parts))


def replaced(before: str = "ami-0", **parts: Any) -> Inventory:
    """Give a group that took another image today."""
    at = TAKEN_AT - timedelta(hours=12)
    node = a_node(launched_at=at, created_at=at, tags=SCALED)
    ran = Ran(
        group="asg:jira",
        since={before: LONG_AGO} | {"ami-1": LONG_AGO if before == "ami-1" else at},
        seen_at=at,
    )
    inventory = shared(instances=(node,), **parts)
    return replace(inventory, memories=Memories(ran={"asg:jira": ran}))


FIRES = [
    keeping(instances=NODE),
    updated(),
    replaced(),
    replaced(
        file_systems=(),
        databases=(a_database(restorable_until=TAKEN_AT - days(1.9)),),
    ),
    shared(instances=(a_node(launched_at=TAKEN_AT),)),
    keeping(instances=NODE, volume_snapshots=(a_snapshot(), snapshot_at(days(2)))),
    keeping(
        instances=NODE,
        volume_snapshots=(
            a_snapshot(),
            a_snapshot(id="s-2", started_at=LAUNCHED - days(0.5), is_complete=False),
        ),
    ),
]
QUIET = [
    keeping(),
    updated(versions=("9.4.0", "9.4.0")),
    updated(volume_snapshots=(a_snapshot(), a_snapshot(id="s-2", started_at=TOLD))),
    updated(at=TAKEN_AT - days(8)),
    replaced(before="ami-1"),
    replaced(file_systems=(a_system(name="wiki-home"),)),
    replaced(recovery_points=(a_point(made_at=TAKEN_AT - timedelta(hours=13)),)),
    replaced(recovery_points=(a_point(made_at=TAKEN_AT - days(10)),)),  # BAK-001
    shared(instances=(a_node(launched_at=TAKEN_AT, tags=SCALED),)),
    keeping(instances=NODE, volume_snapshots=(a_snapshot(), snapshot_at(days(1)))),
    keeping(instances=NODE, volume_snapshots=(a_snapshot(), snapshot_at(days(0)))),
    keeping(instances=(a_node(launched_at=TAKEN_AT - days(8)),)),
    keeping(instances=(a_node(launched_at=None),)),
    keeping(instances=NODE, volume_snapshots=()),
    keeping(instances=NODE, volume_snapshots=(snapshot_at(days(2)),)),
    keeping(
        instances=NODE, volumes=(a_volume(made_at=LAUNCHED - timedelta(minutes=1)),)
    ),
    keeping(instances=NODE, volumes=(a_volume(ROOT),)),
    keeping(instances=(a_node(launched_at=LAUNCHED, tags={"Name": "web"}),)),
]


def test_it_says_when_and_of_what() -> None:
    """A time that does not change as days pass."""
    (problem,) = change_without_backup(an_estate(FIRES[0]))

    assert isinstance(problem, Problem)
    assert (
        "i-1 (jira-prod) was launched at 2026-08-29 12:00 UTC, and in the day before "
        "nobody backed up its volumes vol-data (/dev/sdf)." == problem.message
    )


def test_a_version_that_changed_between_two_looks_is_told_with_both() -> None:
    """A backup at any time between them counts: nobody knows when it was."""
    (problem,) = change_without_backup(an_estate(updated()))

    assert isinstance(problem, Problem)
    assert (
        "web-1.eu-west-1.elb.amazonaws.com:443 told version 9.4.0 until "
        "2026-08-30 00:00 UTC and then 9.12.0, and in the day before nobody backed up "
        "i-1's volumes vol-data (/dev/sdf)."
    ) == problem.message


def test_another_image_of_a_group_is_told_of_what_its_nodes_share() -> None:
    """Nodes in a group keep nothing themselves."""
    (problem,) = change_without_backup(an_estate(replaced()))

    assert isinstance(problem, Problem)
    assert SYSTEM == problem.resource
    assert (
        "Auto Scaling group jira launched another image, ami-1, at 2026-09-01 00:00 "
        "UTC, and in the day before nobody backed up the file system fs-1 "
        "(jira-home): its newest backup is of 2026-08-30 16:48 UTC."
    ) == problem.message
