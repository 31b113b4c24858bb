"""BAK-003: a snapshot that everybody may restore."""

from collections import defaultdict
from collections.abc import Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory.databases import DatabaseSnapshot
from ringfence.inventory.volumes import VolumeSnapshot

# What a copy says that it is of.
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CopySnapshot.html
_COPY = "vol-ffffffff"
_SHOWN = 20


@check(
    "BAK-003",
    "Snapshot is public",
    severity=Severity.CRITICAL,
    needs={"public_snapshots", "volumes", "database_snapshots"},
    fix="Make it private, and change every secret that is in it.",
    guide=("D20", "D35", "D60"),
    relates=("AWS FSBP EC2.1", "AWS FSBP RDS.1"),
    types=(
        "Software and Configuration Checks/AWS Security Best Practices",
        "Effects/Data Exposure",
    ),
)
def public_snapshot(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    A public snapshot is the whole disk or database for every AWS account.

    Public ones are listed, and searched for passwords and keys by strangers within
    hours. All that are of one volume or database are one finding, of the instance
    that has the volume where there is one; also of what is long gone.
    Snapshots that are shared with named accounts are allowed.
    """
    yield from _of_volumes(estate)
    yield from _of_databases(estate)


def _of_volumes(estate: Estate) -> Iterator[Problem]:
    owners = {
        volume.id: volume.attachments[0].instance
        for volume in estate.inventory.volumes
        if volume.attachments
    }
    by_source: dict[str, list[VolumeSnapshot]] = defaultdict(list)
    for snapshot in estate.inventory.public_snapshots:
        source = owners.get(snapshot.volume, snapshot.volume)
        is_lost = not source or source == _COPY
        by_source[snapshot.id if is_lost else source].append(snapshot)
    region = estate.inventory.region
    for source, found in by_source.items():
        names = [snapshot.id for snapshot in found]
        of = "" if source == names[0] else f" of {source}"
        commands = [
            f"aws ec2 modify-snapshot-attribute --region {region} --snapshot-id {name} "
            "--attribute createVolumePermission --operation-type remove "
            "--group-names all"
            for name in names[:_SHOWN]
        ]
        block = (
            f"aws ec2 enable-snapshot-block-public-access --region {region} "
            "--state block-all-sharing"
        )
        yield _problem(source, of, names, [*commands, block])


def _of_databases(estate: Estate) -> Iterator[Problem]:
    by_source: dict[str, list[DatabaseSnapshot]] = defaultdict(list)
    for snapshot in estate.inventory.database_snapshots:
        if snapshot.is_public:
            by_source[_source(snapshot)].append(snapshot)
    region = estate.inventory.region
    for source, found in by_source.items():
        kind = "db-cluster-snapshot" if found[0].is_of_cluster else "db-snapshot"
        commands = [
            f"aws rds modify-{kind}-attribute --region {region} --{kind}-identifier "
            f"{snapshot.id} --attribute-name restore --values-to-remove all"
            for snapshot in found[:_SHOWN]
        ]
        names = [snapshot.id for snapshot in found]
        yield _problem(source, f" of the database {found[0].source}", names, commands)


def _source(snapshot: DatabaseSnapshot) -> str:
    """Give the ARN of what *snapshot* is of, which may be gone."""
    kind = "cluster" if snapshot.is_of_cluster else "db"
    place = snapshot.arn.rsplit(":", 2)[0]
    return f"{place}:{kind}:{snapshot.source}"


def _problem(resource: str, of: str, names: list[str], commands: list[str]) -> Problem:
    listed = ", ".join(names[:_SHOWN])
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    what = "The snapshot" if len(names) == 1 else "The snapshots"
    return Problem(
        resource=resource,
        message=f"{what} {listed}{more}{of} can be restored by every AWS account.",
        fix="\n".join(
            (*commands, "Change the passwords and keys in it: it may have been copied.")
        ),
        evidence={"snapshots": names},
    )
