"""AMI-009: an instance that missed the updates which its system installs at boot."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.subjects.hosts import Host, replacing, severity
from ringfence.subjects.images import (
    AMAZON_LINUX_COMMAND,
    NEEDS,
    doubts,
    evidence_of,
    launched,
)
from ringfence.subjects.systems import system_of


@check(
    "AMI-009",
    "Instance was not started for long",
    severity=Severity.LOW,
    needs=NEEDS,
    fix="Install the updates now, restart, and move to a system that is kept current.",
    guide=("S19", "D17"),
)
def long_running(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Amazon Linux 1 and 2 install security updates when an instance boots, not later.

    AWS says when it started an instance last; a reboot from inside does not show, and
    neither does what somebody installed by hand. Other systems install nothing at
    boot, so their age at boot says nothing: Amazon Linux 2023 is as old as its image.
    One started after the last day of its system's updates has missed none (`AMI-004`
    tells it). How long is too long is the policy's: `thresholds.start_age_days`.
    It weighs one step more where the internet reaches the instance.
    """
    inventory = estate.inventory
    days = estate.policy.thresholds.start_age_days
    for host, image in launched(estate):
        system = system_of(image)
        started = _started(host)
        if (
            system is None
            or not system.updates_at_boot
            or started is None
            or started >= inventory.taken_at - timedelta(days=days)
            or started.date() > system.ends
        ):
            continue
        yield Problem(
            resource=host.resource,
            discriminator=host.discriminator,
            message=f"{host.label} runs {system.title}, which installs security "
            f"updates at boot, and was started last on {started:%Y-%m-%d}; the policy "
            f"accepts {days} days. Later updates are missing unless something else "
            "installs them.",
            severity=severity(estate, host.instances, Severity.LOW),
            fix="sudo yum update --security && sudo reboot\n"
            f"Then: {AMAZON_LINUX_COMMAND.format(region=inventory.region)}\n"
            f"{replacing(host, inventory.region)}",
            evidence=evidence_of(host, image)
            | {"system": system.title, "started_at": started.isoformat()},
        )
    yield from doubts(estate)


def _started(host: Host) -> datetime | None:
    """When the first of those that run was started; None: none runs, or not told."""
    told = (one.launched_at for one in host.instances if one.state == "running")
    return min((one for one in told if one), default=None)
