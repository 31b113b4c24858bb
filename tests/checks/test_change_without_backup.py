"""BAK-007: an instance that was started anew on data that nobody had backed up."""

from datetime import timedelta

from ringfence.checks.change_without_backup import change_without_backup
from ringfence.finding import Problem
from tests.build import TAKEN_AT, an_estate, days
from tests.keeping import ROOT, a_node, a_snapshot, a_volume, keeping

LAUNCHED = TAKEN_AT - days(3)
NODE = (a_node(launched_at=LAUNCHED),)


def snapshot_at(before: timedelta) -> object:
    """Give a snapshot from *before* the launch."""
    return a_snapshot(id=f"snap-{before}", started_at=LAUNCHED - before)


FIRES = [
    keeping(instances=NODE),
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
