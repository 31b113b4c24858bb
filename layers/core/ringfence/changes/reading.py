"""From an event to the change that it tells."""

from typing import Any

from ringfence.changes.events import EVENTS
from ringfence.changes.model import Change
from ringfence.changes.principal import is_console, used_mfa, who
from ringfence.changes.record import Record, read_record
from ringfence.changes.styles import UntoldError, encodable, ids_at
from ringfence.changes.telling import told
from ringfence.visitors import met_by_visitors

_IAM = "iam.amazonaws.com"


def read_change(event: Any) -> Change | None:
    """
    Read an EventBridge event of CloudTrail's; None for a call that failed.

    Raises `ChangeError` for anything that is not such an event.
    """
    record = read_record(event)
    if record.has_failed:
        return None
    found = told(record)
    removed = record.event_name.startswith("RevokeSecurityGroup")
    return Change(
        event_id=record.event_id,
        event_source=record.event_source,
        event_name=record.event_name,
        at=record.at,
        account=record.account,
        region=record.region,
        who=who(record),
        source_ip=record.source_ip,
        agent=record.agent,
        is_console=is_console(record),
        used_mfa=used_mfa(record),
        ids=_ids(record),
        adds=frozenset() if removed else found.rules,
        removes=found.rules if removed else frozenset(),
        met=_met(record),
        what=found.what,
        undo=found.undo,
    )


def _ids(record: Record) -> frozenset[str] | None:
    """Give the ids that lead to the VPCs; None where the record is not enough."""
    places = EVENTS.get(record.event_source, {}).get(record.event_name)
    if not places:
        return None
    try:
        found = [ids_at(place, record.asked, record.answered) for place in places]
    except UntoldError:
        return None
    return frozenset().union(*found)


def _met(record: Record) -> frozenset[str] | None:
    """Give what visitors meet of it; of IAM's, they meet certificates only."""
    if record.event_source == _IAM and "ServerCertificate" not in record.event_name:
        return frozenset()
    met = met_by_visitors(record.event_source, record.asked, record.answered)
    return None if met is None else frozenset(map(encodable, met))
