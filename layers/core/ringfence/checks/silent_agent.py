"""PATCH-002: an instance whose agent was not heard for days, though it runs."""

from collections.abc import Iterator
from datetime import timedelta

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.subjects.hosts import running_instances, severity
from ringfence.subjects.nodes import NEEDS, nodes_of


@check(
    "PATCH-002",
    "Agent of a running instance is silent",
    severity=Severity.LOW,
    needs=NEEDS,
    fix="Look why the agent of Systems Manager does not answer, and restart it.",
    guide=("S19", "D17"),
)
def silent_agent(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    It was managed once; since then nothing patches it, and what was known is old.

    How long is too long is the policy's: `thresholds.agent_silence_days`.
    A stopped instance is silent by nature and left alone.
    It weighs one step more where the internet reaches the instance.
    """
    inventory = estate.inventory
    limit = estate.policy.thresholds.agent_silence_days
    since = inventory.taken_at - timedelta(days=limit)
    nodes = nodes_of(inventory)
    for instance in running_instances(inventory):
        node = nodes.get(instance.id)
        if node is None or node.ping == "Online":
            continue
        if node.seen_at and node.seen_at >= since:
            continue
        heard = f"heard last on {node.seen_at:%Y-%m-%d}" if node.seen_at else None
        yield Problem(
            resource=instance.id,
            message=f"{estate.label(instance.id)} runs, but its agent of Systems "
            f"Manager was {heard or 'never heard'}.",
            severity=severity(estate, (instance,), Severity.LOW),
            fix="On the instance: sudo systemctl restart amazon-ssm-agent\n"
            f"Then: aws ssm describe-instance-information --region {inventory.region} "
            f"--filters Key=InstanceIds,Values={instance.id}",
            evidence={
                "instance": instance.id,
                "ping": node.ping,
                "heard": node.seen_at.isoformat() if node.seen_at else None,
            },
        )
