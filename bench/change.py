"""
What a change costs: API calls, and the handler's time beside that of its calls.

One VPC, without and then with a load balancer; the embedded AWS answers from a process
of its own. All calls count: those that read the estate, and those to Ringfence's own
parameter and table. Calls are made side by side, so what is ours is the handler's wall
time in which no call was under way, against the wall time in which at least one was.
"""

import json
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from types import SimpleNamespace
from typing import Any

from bench import child, table
from bench.sweep import embedded_aws

GROUPS, INSTANCES, EVENTS = 50, 100, 200
REGION = "eu-west-1"
ACCOUNT = "123456789012"

_RULES = 4
_WARM = 5
_OWN = frozenset({"GetParameter", "GetItem", "PutItem", "Query", "TransactWriteItems"})
_STACK = {
    "CHANGE_QUEUE_ARN": "arn:aws:sqs:eu-west-1:123456789012:change",
    "CHANGE_RULES": "",
    "REGIONS": "",
    "FINDINGS_TABLE": "findings",
    "POLICY_PARAMETER": "/ringfence/policy",
    "PROBES_INSIDE": "false",
    "ACCOUNTS": "",
    "EXTERNAL_ID": "ringfence",
    "MEMBER_ROLE": "RingfenceMember",
    "POWERTOOLS_SERVICE_NAME": "ringfence",
    "POWERTOOLS_METRICS_NAMESPACE": "Ringfence",
    "POWERTOOLS_LOG_LEVEL": "ERROR",
}


def main() -> None:
    figures = of_world(GROUPS, INSTANCES, EVENTS)
    table.show(
        f"Judging changes in a VPC of {GROUPS} groups and {INSTANCES} instances "
        "(milliseconds)",
        (
            *("batch", "events", "calls", "of the estate", "of our own", "handler"),
            *("calls under way", "their sum", "overhead", "alerts"),
        ),
        [_row(name, one) for name, one in figures["batches"].items()],
    )
    print("  overhead: handler time without any call, against time with one under way")
    for name, one in figures["batches"].items():
        print(f"  {name}: {', '.join(one['asked'])}")
    print(f"\n{figures['alert']}")


def _row(name: str, one: Any) -> tuple[str, ...]:
    return (
        *(name, f"{one['events']}", f"{one['calls']}", f"{one['calls'] - one['own']}"),
        *(f"{one['own']}", f"{one['wall_ms']:.0f}", f"{one['under_way_ms']:.0f}"),
        *(f"{one['sum_ms']:.0f}", f"{one['overhead']:.0%}", f"{one['alerts']}"),
    )


def of_world(groups: int, instances: int, events: int) -> Any:
    """Make a VPC, change its groups, and give the figures."""
    with embedded_aws() as endpoint:
        return child.run(
            *("-m", "bench.change", str(groups), str(instances), str(events)),
            more=_STACK | {"AWS_ENDPOINT_URL": endpoint, "MOTO_ACCOUNT_ID": ACCOUNT},
        )


@dataclass
class Calls:
    """When each call of this process began and ended."""

    spans: list[tuple[float, float]] = field(default_factory=list)
    names: Counter[str] = field(default_factory=Counter)
    _begun: threading.local = field(default_factory=threading.local)

    def watch(self, session: Any) -> None:
        """Note the calls of all clients that *session* is to make."""
        session.events.register("before-parameter-build", self._begin)
        session.events.register("after-call", self._end)

    def _begin(self, **_: Any) -> None:
        self._begun.at = time.perf_counter()

    def _end(self, model: Any, **_: Any) -> None:
        self.names[model.name] += 1
        self.spans.append((self._begun.at, time.perf_counter()))

    def under_way_s(self) -> float:
        """For how long at least one call was under way."""
        total, until = 0.0, 0.0
        for begun, ended in sorted(self.spans):
            total += max(0.0, ended - max(begun, until))
            until = max(until, ended)
        return total


def measure(groups: int, instances: int, events: int) -> dict[str, Any]:
    """Make the world, and let the handler judge batches of changes to it."""
    from ringfence import clients  # noqa: PLC0415 - not the parent's to load

    world = World(groups, instances)
    calls = Calls()
    calls.watch(clients.session())
    first = _judged(calls, [world.open(0, 8000)])
    again = [_judged(calls, [world.open(1, 8001 + n)]) for n in range(_WARM)]
    ssh = _judged(calls, [world.open(2, 22)])
    alert = world.newest_alert()
    opened = [world.open(n % groups, 9000 + n, "10.0.0.0/8") for n in range(1, events)]
    many = _judged(calls, [world.open(3, 3389), *opened])
    world.add_balancer()
    balanced = _judged(calls, [world.open(4, 8100)])
    return {
        "batches": {
            "cold": first,
            "warm": _median(again),
            "warm, SSH opened": ssh,
            "warm, all at once": many,
            "warm, load balancer": balanced,
        },
        "alert": alert,
    }


def _median(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """The run of middling overhead."""
    middle = median(one["overhead"] for one in runs)
    return next(one for one in runs if one["overhead"] == middle)


def _judged(calls: Calls, records: list[dict[str, Any]]) -> dict[str, Any]:
    """Hand *records* to the handler as one batch, and give what that cost."""
    from functions.inspect import app  # noqa: PLC0415

    arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:change"
    context: Any = SimpleNamespace(
        function_name="change",
        memory_limit_in_mb=512,
        invoked_function_arn=arn,
        aws_request_id="bench",
        get_remaining_time_in_millis=lambda: 120_000,
    )
    calls.spans.clear()
    calls.names.clear()
    begun = time.perf_counter()
    answer = app.change({"Records": [_message(record) for record in records]}, context)
    wall = time.perf_counter() - begun
    if answer["batchItemFailures"]:
        raise RuntimeError(f"Not judged: {answer}")
    under_way = calls.under_way_s()
    return {
        "events": len(records),
        "calls": calls.names.total(),
        "own": sum(n for name, n in calls.names.items() if name in _OWN),
        "asked": sorted(f"{name} {n}" for name, n in calls.names.items()),
        "alerts": calls.names["TransactWriteItems"],
        "wall_ms": wall * 1000,
        "under_way_ms": under_way * 1000,
        "sum_ms": sum(ended - begun for begun, ended in calls.spans) * 1000,
        "overhead": (wall - under_way) / under_way,
    }


def _message(record: dict[str, Any]) -> dict[str, Any]:
    """The SQS record of an EventBridge event of CloudTrail's *record*."""
    event = {
        "version": "0",
        "id": record["eventID"],
        "detail-type": "AWS API Call via CloudTrail",
        "source": "aws.ec2",
        "account": ACCOUNT,
        "time": record["eventTime"],
        "region": REGION,
        "resources": [],
        "detail": record,
    }
    return {
        "messageId": record["eventID"],
        "receiptHandle": "bench",
        "body": json.dumps(event),
        "attributes": {
            "ApproximateReceiveCount": "1",
            "SentTimestamp": "1",
            "SenderId": "bench",
            "ApproximateFirstReceiveTimestamp": "1",
        },
        "messageAttributes": {},
        "md5OfBody": "",
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:{REGION}:{ACCOUNT}:change",
        "awsRegion": REGION,
    }


class World:
    """A VPC with so many *groups* and *instances*, and Ringfence's own resources."""

    def __init__(self, groups: int, instances: int) -> None:
        import boto3  # noqa: PLC0415

        from local.cloudtrail import Person  # noqa: PLC0415
        from local.server import Server  # noqa: PLC0415

        session: Any = boto3.Session(region_name=REGION)
        self._client: Callable[[str], Any] = session.client
        url = os.environ["AWS_ENDPOINT_URL"]
        self._person = Person(Server(url, Path()))
        self._ec2 = self._client("ec2")
        self._make_stack()
        self._vpc, self._subnets = self._make_network()
        self.groups = [self._make_group(number) for number in range(groups)]
        self._machines = list(self._run(instances))

    def open(self, number: int, port: int, source: str = "0.0.0.0/0") -> dict[str, Any]:
        """Open *port* of a group to *source*; give CloudTrail's record of it."""
        asked = {
            "GroupId": self.groups[number],
            "IpPermissions": [
                {
                    "IpProtocol": "tcp",
                    "FromPort": port,
                    "ToPort": port,
                    "IpRanges": [{"CidrIp": source}],
                }
            ],
        }
        answer = self._ec2.authorize_security_group_ingress(**asked)
        name = "AuthorizeSecurityGroupIngress"
        return self._person.record("ec2", name, asked, answer)

    def newest_alert(self) -> str:
        """Give the subject and the text of the alert that was written last."""
        from ringfence.alerts import ALERT_PREFIX, Alert  # noqa: PLC0415
        from ringfence.render.text import subject, text  # noqa: PLC0415

        items = self._client("dynamodb").scan(TableName="findings")["Items"]
        alerts = [
            Alert.model_validate_json(item["document"]["S"])
            for item in items
            if item["item"]["S"].startswith(ALERT_PREFIX)
        ]
        newest = max(alerts, key=lambda alert: alert.at)
        return f"Subject: {subject(newest)}\n\n{text(newest)}"

    def _make_stack(self) -> None:
        sqs = self._client("sqs")
        for name in ("change", "probe"):
            url = sqs.create_queue(QueueName=name)["QueueUrl"]
            os.environ[f"{name.upper()}_QUEUE_URL"] = url
        self._client("ssm").put_parameter(
            Name=_STACK["POLICY_PARAMETER"], Type="String", Value="version: 1\n"
        )
        keys = (("place", "HASH"), ("item", "RANGE"))
        self._client("dynamodb").create_table(
            TableName="findings",
            AttributeDefinitions=[
                {"AttributeName": name, "AttributeType": "S"} for name, _ in keys
            ],
            KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys],
            BillingMode="PAY_PER_REQUEST",
        )

    def _make_network(self) -> tuple[str, list[str]]:
        """Make a VPC of two public subnets."""
        vpc = self._ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        gateway = self._ec2.create_internet_gateway()["InternetGateway"]
        way_out = {"GatewayId": gateway["InternetGatewayId"]}
        self._ec2.attach_internet_gateway(
            InternetGatewayId=gateway["InternetGatewayId"], VpcId=vpc
        )
        of_vpc = [{"Name": "vpc-id", "Values": [vpc]}]
        [main_table] = self._ec2.describe_route_tables(Filters=of_vpc)["RouteTables"]
        self._ec2.create_route(
            RouteTableId=main_table["RouteTableId"],
            DestinationCidrBlock="0.0.0.0/0",
            **way_out,
        )
        subnets = []
        for number in range(2):
            subnet = self._ec2.create_subnet(
                VpcId=vpc,
                CidrBlock=f"10.0.{number * 64}.0/18",
                AvailabilityZone=f"{REGION}{'ab'[number]}",
            )["Subnet"]["SubnetId"]
            self._ec2.modify_subnet_attribute(
                SubnetId=subnet, MapPublicIpOnLaunch={"Value": True}
            )
            subnets.append(subnet)
        return vpc, subnets

    def _make_group(self, number: int) -> str:
        group: str = self._ec2.create_security_group(
            GroupName=f"group-{number}", Description="bench", VpcId=self._vpc
        )["GroupId"]
        self._ec2.authorize_security_group_ingress(
            GroupId=group,
            IpPermissions=[
                {
                    "IpProtocol": "tcp",
                    "FromPort": 443,
                    "ToPort": 443,
                    "IpRanges": [
                        {"CidrIp": f"10.{number}.{rule}.0/24"} for rule in range(_RULES)
                    ],
                }
            ],
        )
        return group

    def _run(self, instances: int) -> Iterable[str]:
        """Run *instances*, as many for each group."""
        image = self._ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
        each = max(1, instances // len(self.groups))
        for number in range(instances // each):
            ran = self._ec2.run_instances(
                ImageId=image,
                MinCount=each,
                MaxCount=each,
                SubnetId=self._subnets[number % 2],
                SecurityGroupIds=[self.groups[number % len(self.groups)]],
                TagSpecifications=[
                    {
                        "ResourceType": "instance",
                        "Tags": [{"Key": "Name", "Value": f"bitbucket-{number}"}],
                    }
                ],
            )
            yield from (one["InstanceId"] for one in ran["Instances"])

    def add_balancer(self) -> None:
        """Put a load balancer with a listener before two of the instances."""
        elbv2 = self._client("elbv2")
        balancer = elbv2.create_load_balancer(
            Name="front",
            Subnets=self._subnets,
            SecurityGroups=[self.groups[-1]],
            Scheme="internet-facing",
        )["LoadBalancers"][0]["LoadBalancerArn"]
        group = elbv2.create_target_group(
            Name="nodes",
            Protocol="HTTP",
            Port=7990,
            VpcId=self._vpc,
            TargetType="instance",
        )["TargetGroups"][0]["TargetGroupArn"]
        elbv2.register_targets(
            TargetGroupArn=group,
            Targets=[{"Id": machine} for machine in self._machines[:2]],
        )
        elbv2.create_listener(
            LoadBalancerArn=balancer,
            Protocol="HTTP",
            Port=80,
            DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
        )


if __name__ == "__main__":
    match sys.argv[1:]:
        case [groups, instances, events]:
            print(json.dumps(measure(int(groups), int(instances), int(events))))
        case _:
            main()
