"""RF-013: the event of Ringfence's own heartbeat does not come round."""

from collections.abc import Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity


@check(
    "RF-013",
    "Changes do not reach Ringfence",
    severity=Severity.HIGH,
    needs={"heartbeats"},
    fix="Follow the way of an event: does a trail log here (TRAIL-001: aws cloudtrail "
    "describe-trails, get-trail-status)? Are the stack's rules enabled, with their "
    "target (RF-012: aws events describe-rule, list-targets-by-rule)? Does the change "
    "queue's policy let them in? Is anything in the rules' or the changes' dead-letter "
    "queue, or in the change function's log? The dashboard in the stack's outputs "
    "shows the queues. If the plan function's log says that there is no heartbeat, its "
    "role lacks sqs:TagQueue on the change queue.",
    guide=("D10", "D64"),
)
def silent_heartbeat(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    The heartbeat proves the way of events: without it, silence may mean anything.

    Whenever sweeps are started, the stack's change queue is tagged: a harmless write
    that CloudTrail records. Its event has to come round through the same trail, bus,
    queue and function as any change. CloudTrail delivers on a best effort basis, so
    that one that is lost or late is no finding: none must have come for two sweep
    periods, or three hours where the period is longer.

    It says that the way is broken, not where; TRAIL-001 and RF-012 say where, if
    they can.
    """
    inventory = estate.inventory
    for beat in inventory.heartbeats:
        since = beat.waiting_since
        if since is None or inventory.taken_at - since < beat.patience:
            continue
        last = f"{beat.came_at:%Y-%m-%d %H:%M} UTC" if beat.came_at else "never"
        yield Problem(
            resource="heartbeat",
            message="No event of Ringfence's heartbeats has come round since "
            f"{since:%Y-%m-%d %H:%M} UTC (the last that did: {last}). Changes are "
            "noticed by the sweep only.",
            evidence={
                "waiting_since": since.isoformat(),
                "came_at": beat.came_at.isoformat() if beat.came_at else None,
            },
        )
