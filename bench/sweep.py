"""
What a sweep costs: API calls against the pages to read, time and memory.

The embedded AWS answers from a process of its own, so that only the sweep is measured.
"""

import json
import math
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import child, table
from local import images, server

# Groups and instances.
SIZES = ((60, 120), (600, 1_200))
REGION = "eu-west-1"
ACCOUNT = "123456789012"

_RULES = 10
_AT_ONCE = 100


def main() -> None:
    figures = [of_world(groups, instances) for groups, instances in SIZES]
    rows = [
        (
            f"{instances:,}",
            f"{groups:,}",
            f"{one['calls']:,}",
            f"{one['pages']:,}",
            f"{one['calls'] / one['pages']:.2f}",
            f"{one['collect_wall_s']:.2f}",
            f"{one['collect_cpu_s']:.2f}",
            f"{one['evaluate_cpu_s']:.2f}",
            f"{one['before_mb']:.0f}",
            f"{one['peak_mb']:.0f}",
            f"{one['gaps']}",
        )
        for (groups, instances), one in zip(SIZES, figures, strict=True)
    ]
    table.show(
        "Sweeping a Region (an embedded AWS answers; seconds and MB of one process)",
        (
            *("instances", "groups", "calls", "pages", "calls/page", "collect wall"),
            *("collect CPU", "evaluate CPU", "MB before", "MB peak", "gaps"),
        ),
        rows,
    )
    growth = table.times(figures[-1]["calls"], figures[0]["calls"])
    larger = table.times(SIZES[-1][1], SIZES[0][1])
    print(f"  {larger} the instances, {growth} the calls")


def of_world(groups: int, instances: int) -> Any:
    """Make a world, sweep it, and give the figures."""
    with embedded_aws() as endpoint:
        more = {"AWS_ENDPOINT_URL": endpoint}
        child.run("-m", "bench.sweep", "build", str(groups), str(instances), more=more)
        return child.run("-m", "bench.sweep", "measure", more=more)


@contextmanager
def embedded_aws() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        images.write(folder / "images.json", datetime.now(UTC))  # noqa: TID251 - no core
        with server.started(folder) as aws:
            yield aws.url


def build(groups: int, instances: int) -> dict[str, int]:
    """Make a VPC with so many *groups*, each of ten rules, and so many *instances*."""
    import boto3  # noqa: PLC0415

    ec2 = boto3.client("ec2", region_name=REGION)
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/18")["Subnet"]["SubnetId"]
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    made = []
    for number in range(groups):
        group = ec2.create_security_group(
            GroupName=f"group-{number}", Description="bench", VpcId=vpc
        )["GroupId"]
        ec2.authorize_security_group_ingress(
            GroupId=group,
            IpPermissions=[
                {
                    "IpProtocol": "tcp",
                    "FromPort": 443,
                    "ToPort": 443,
                    "IpRanges": [
                        {"CidrIp": f"10.{number % 256}.{rule}.0/24"}
                        for rule in range(_RULES)
                    ],
                }
            ],
        )
        made.append(group)
    for start in range(0, instances, _AT_ONCE):
        count = min(_AT_ONCE, instances - start)
        ec2.run_instances(
            ImageId=image,
            MinCount=count,
            MaxCount=count,
            SubnetId=subnet,
            SecurityGroupIds=[made[start // _AT_ONCE % len(made)]],
        )
    return {"groups": groups, "instances": instances}


def measure() -> dict[str, float]:
    """Sweep the account in this process, and count."""
    import boto3  # noqa: PLC0415

    from ringfence.collect import collect  # noqa: PLC0415
    from ringfence.estate import Estate  # noqa: PLC0415
    from ringfence.evaluate import evaluate  # noqa: PLC0415
    from ringfence.inventory.read import read  # noqa: PLC0415

    calls: Counter[str] = Counter()
    session = boto3.Session(region_name=REGION)
    session.events.register(
        "before-call", lambda model, **_: calls.update([model.name])
    )
    figures: dict[str, float] = {"before_mb": child.peak_mb()}
    with child.timed(figures, "collect"):
        snapshot = collect(session, account=ACCOUNT, region=REGION, now=_now)
    with child.timed(figures, "evaluate"):
        evaluate(Estate(read(snapshot)))
    return figures | {
        "peak_mb": child.peak_mb(),
        "calls": calls.total(),
        "pages": _pages(snapshot.responses),
        "gaps": len(snapshot.gaps),
    }


def _pages(responses: Mapping[str, Any]) -> int:
    """How many pages AWS has of what was read, at each API's own greatest page."""
    from ringfence.collect import OPERATIONS  # noqa: PLC0415

    pages = 0
    for operation in OPERATIONS:
        answer = responses.get(operation.name, {})
        if operation.per:
            pages += len(answer)
        elif operation.name in responses:
            items = len(operation.items(answer))
            pages += max(1, math.ceil(items / (operation.page or max(items, 1))))
    return pages


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the bench's clock


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["build", groups, instances]:
            print(json.dumps(build(int(groups), int(instances))))
        case ["measure"]:
            print(json.dumps(measure()))
        case _:
            main()
