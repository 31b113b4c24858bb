"""What a call did to what a whole Region shares, or shares with others."""

from ringfence.changes.commands import command
from ringfence.changes.record import Record
from ringfence.changes.styles import first, texts
from ringfence.changes.told import Told, few


def prefix_list(record: Record) -> Told:
    """Tell which ranges came and went; undone by the version before."""
    name = first(record.asked, "prefixListId")
    added = texts(record.asked, "addEntry.cidr") or texts(
        record.asked, "addEntries.cidr"
    )
    gone = texts(record.asked, "removeEntry.cidr") or texts(
        record.asked, "removeEntries.cidr"
    )
    if not name or not (added or gone):
        return Told(())
    lines = [
        f"{name}: {word} {few(some)}"
        for word, some in (("added", added), ("removed", gone))
        if some
    ]
    return Told(tuple(lines), _restored(record, name))


def _restored(record: Record, name: str) -> tuple[str, ...]:
    version = first(record.asked, "currentVersion")
    if not version.isascii() or not version.isdigit():
        return ()
    return command(
        record,
        "ec2 restore-managed-prefix-list-version",
        {
            "prefix-list-id": name,
            "previous-version": version,
            "current-version": str(int(version) + 1),
        },
    )


def block_options(record: Record) -> Told:
    mode = first(record.asked, "internetGatewayBlockMode")
    return Told((f"VPC Block Public Access is now {mode}",) if mode else ())


def exclusion(record: Record) -> Told:
    """Tell of what is spared by VPC Block Public Access."""
    spared = first(record.asked, "vpcId") or first(record.asked, "subnetId")
    mode = first(record.asked, "internetGatewayExclusionMode")
    place = "vpcBlockPublicAccessExclusion.exclusionId"
    if not spared:
        return Told(())
    options = {"exclusion-id": first(record.answered, place)}
    undo = command(record, "ec2 delete-vpc-block-public-access-exclusion", options)
    return Told((f"{spared}: spared by VPC Block Public Access ({mode})",), undo)


def profile(record: Record) -> Told:
    instance = first(record.asked, "instanceId")
    profile = first(record.asked, "iamInstanceProfile.name") or first(
        record.asked, "iamInstanceProfile.arn"
    )
    if not instance or not profile:
        return Told(())
    place = "iamInstanceProfileAssociation.associationId"
    options = {"association-id": first(record.answered, place)}
    undo = command(record, "ec2 disassociate-iam-instance-profile", options)
    return Told((f"{instance}: given the profile {profile}",), undo)


def snapshot_shared(record: Record) -> Told:
    """Tell with whom an EBS snapshot was shared; with everybody is undone."""
    snapshot = first(record.asked, "snapshotId")
    lines, is_public = [], False
    for place, word in (("add", "shared with"), ("remove", "no longer shared with")):
        base = f"createVolumePermission.{place}"
        everybody = texts(record.asked, f"{base}.group")
        accounts = texts(record.asked, f"{base}.userId")
        is_public = is_public or (place == "add" and "all" in everybody)
        named = [*("everybody" for name in everybody if name == "all"), *accounts]
        if named:
            lines.append(f"{snapshot}: {word} {few(named)}")
    if not snapshot or not is_public:
        return Told(tuple(lines) if snapshot else ())
    options = {
        "snapshot-id": snapshot,
        "attribute": "createVolumePermission",
        "operation-type": "remove",
        "group-names": "all",
    }
    undo = command(record, "ec2 modify-snapshot-attribute", options)
    return Told(tuple(lines), undo)
