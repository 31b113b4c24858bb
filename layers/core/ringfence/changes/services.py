"""What a call did to listeners, databases and names."""

from ringfence.changes.commands import command
from ringfence.changes.record import Record
from ringfence.changes.styles import first, listed, members, texts
from ringfence.changes.told import Told, few


def balancer(record: Record) -> Told:
    """Tell which generation a load balancer is of: the calls are called the same."""
    kind = "classic" if record.is_classic else "v2"
    names = ("loadBalancerName", "name", "loadBalancerArn")
    name = next(filter(None, (first(record.asked, key) for key in names)), "")
    return Told((f"{record.event_name} {name} ({kind})",) if name else ())


def listener(record: Record) -> Told:
    """
    Tell of a listener that was added.

    Not undone: CreateListener succeeds where there is such a listener already, too.
    https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html
    """
    on = first(record.asked, "loadBalancerArn")
    port = f"{first(record.asked, 'protocol')} {first(record.asked, 'port')}".strip()
    says = f" ({port})" if port else ""
    return Told((f"{on}: listener added{says}",) if on else ())


def listener_rule(record: Record) -> Told:
    """Tell of a rule of a listener that was added, which can be deleted again."""
    on = first(record.asked, "listenerArn")
    made = texts(record.answered, "rules.ruleArn")
    if not on or len(made) != 1:
        return Told(())
    undo = command(record, "elbv2 delete-rule", {"rule-arn": made[0]})
    return Told((f"{on}: rule added",), undo)


def listener_modified(record: Record) -> Told:
    name = first(record.asked, "listenerArn")
    now = [
        f"{word} {value}"
        for key, word in (("protocol", ""), ("port", "port"), ("sslPolicy", "policy"))
        if (value := first(record.asked, key))
    ]
    says = f" now {', '.join(item.strip() for item in now)}" if now else " modified"
    return Told((f"{name}:{says}",) if name else ())


def database(record: Record) -> Told:
    name = first(record.asked, "dBInstanceIdentifier")
    access = first(record.asked, "publiclyAccessible")
    if not name or access not in {"true", "false"}:
        return Told(())
    is_not = "" if access == "true" else "not "
    return Told((f"{name}: {record.event_name}, {is_not}publicly accessible",))


def database_snapshot(record: Record) -> Told:
    """Tell with whom a database's snapshot was shared; with everybody is undone."""
    kind = "cluster-" if "Cluster" in record.event_name else ""
    key = "dBClusterSnapshotIdentifier" if kind else "dBSnapshotIdentifier"
    name, what = first(record.asked, key), first(record.asked, "attributeName")
    added = texts(record.asked, "valuesToAdd")
    if not name or what != "restore" or not added:
        return Told(())
    whom = ["everybody" if value == "all" else value for value in added]
    undo: tuple[str, ...] = ()
    if "all" in added:
        options = {
            f"db-{kind}snapshot-identifier": name,
            "attribute-name": "restore",
            "values-to-remove": "all",
        }
        undo = command(record, f"rds modify-db-{kind}snapshot-attribute", options)
    return Told((f"{name}: shared with {few(whom)}",), undo)


def records(record: Record) -> Told:
    zone = first(record.asked, "hostedZoneId")
    lines = [
        f"zone {zone}: {first(item, 'action')} {first(item, 'resourceRecordSet.type')} "
        f"{first(item, 'resourceRecordSet.name')}"
        for found in members(record.asked, "changeBatch")
        for changes in members(found, "changes")
        for item in listed(changes)
    ]
    return Told(tuple(lines) if zone else ())
