"""
A storm on the embedded AWS: one person's changes go on and on, batch after batch.

What bounds it is asserted: an evaluation and an alert for each batch at most, and
the time from a whole batch to what was told of it. AWS waits for a batch to fill,
which this does not: a round of changes stands for what one window gathers.
"""

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from local.account import Account
from local.demo import Say, StepError, shown

BUILD = Path(__file__).parent.parent / "build" / "storm"
ROUNDS = 5
CHANGES = 10
LATENCY_S = 60.0

_GROUP = "bitbucket-mirror-group"
_FIRST_PORT = 20_000
_EVERYBODY = (22, 3389, 5432, 6379, 9200)  # one of them in each round


def blow(account: Account, rounds: int = ROUNDS, changes: int = CHANGES) -> str:
    """Let alice change groups in *rounds*; give what came of it, or raise."""
    account.alerts()
    before, logged = _evaluations(account), len(_log(account))
    alerts, waits = [], []
    for number in range(rounds):
        group = _new_group(account, number)
        for change in range(changes - 1):
            _open(account, group, _FIRST_PORT + change, "10.0.0.0/8")
        ours = account.estate.ids[_GROUP]
        _open(account, ours, _EVERYBODY[number % len(_EVERYBODY)], "0.0.0.0/0")
        since = time.monotonic()
        account.runner.settle(within_s=300)
        waits.append(time.monotonic() - since)
        alerts.append(len(account.alerts()))
    evaluations = _evaluations(account) - before
    delays = list(_delays(_log(account)[logged:]))
    told = (
        f"{len(delays)} changes judged of {rounds * changes}, {evaluations} "
        f"evaluations, {sum(alerts)} alerts, worst latency {max(waits):.0f} s after a "
        f"batch was whole, {max(delays):.0f} s after a change was made"
    )
    if len(delays) != rounds * changes:
        raise StepError(f"Each change should be judged once: {told}.")
    if evaluations > rounds:
        raise StepError(f"A batch should be one evaluation: {told}.")
    if max(alerts) > 1 or not sum(alerts):
        raise StepError(f"A batch should be one alert: {told}.")
    if max(waits) > LATENCY_S:
        raise StepError(f"A batch should take {LATENCY_S:.0f} s at most: {told}.")
    return told


def _new_group(account: Account, number: int) -> str:
    """Make a group beside the estate's, as Terraform would; its event is not sent."""
    ec2 = account.server.client("ec2")
    ours = account.estate.ids[_GROUP]
    [found] = ec2.describe_security_groups(GroupIds=[ours])["SecurityGroups"]
    made: str = ec2.create_security_group(
        GroupName=f"storm-{number}", Description="storm", VpcId=found["VpcId"]
    )["GroupId"]
    return made


def _open(account: Account, group: str, port: int, source: str) -> None:
    permission = {
        "IpProtocol": "tcp",
        "FromPort": port,
        "ToPort": port,
        "IpRanges": [{"CidrIp": source}],
    }
    account.person.do(
        "ec2",
        "authorize_security_group_ingress",
        GroupId=group,
        IpPermissions=[permission],
    )


def _evaluations(account: Account) -> int:
    """How often a VPC or a Region was read."""
    calls = account.server.calls()
    return sum(
        call["times"] for call in calls if call["action"] == "ec2:DescribeSubnets"
    )


def _log(account: Account) -> list[str]:
    return account.runner.processes["ChangeFunction"].log()


def _delays(lines: list[str]) -> Iterator[float]:
    """The seconds from each change to its verdict, as the metric has them."""
    for line in lines:
        if '"ChangeDelay":' in line:
            yield from json.loads(line)["ChangeDelay"]


def main() -> int:
    """Sweep, then let it storm; 0 when the bounds held."""
    return shown(BUILD, _storm, "The bounds did not hold")


def _storm(account: Account, say: Say) -> None:
    account.sweep()
    say("swept; now alice changes groups without a pause")
    told = blow(account)
    say(f"{ROUNDS * CHANGES} events sent in {ROUNDS} batches: {told}")


if __name__ == "__main__":
    sys.exit(main())
