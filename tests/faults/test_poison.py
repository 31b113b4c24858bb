"""A message that crashes, or is no message at all, holds up no other."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from functions.inspect import app as inspect_app
from functions.probe import app as probe_app
from ringfence import clients
from tests.functions.conftest import ACCOUNT, REGION, Aws, Context
from tests.functions.test_change import alerts, new_group, open_port, told

DEEP = "[" * 100_000
POISON = {
    "deep list": DEEP,
    "deep object": '{"detail":' * 50_000,
    "deep value": '{"detail":' + "[" * 3000 + "]" * 3000 + "}",
    "huge number": "1" * 10_000,
    "huge text": json.dumps("x" * 900_000),
    "half a character": '"\\ud800"',
    "null": "null",
    "a list": "[]",
    "not a number": "NaN",
    "wrong types": json.dumps({"account": 1, "region": [], "detail": {"eventID": {}}}),
    "nothing": "",
}


def record(number: int, body: str) -> dict[str, Any]:
    return {
        "messageId": f"m-{number}",
        "receiptHandle": "r",
        "body": body,
        "attributes": {"ApproximateReceiveCount": "1"},
    }


def sweep_message() -> str:
    return json.dumps({"account": ACCOUNT, "region": REGION, "sweep": "sweep-1"})


def probe_message() -> str:
    asked = {"account": ACCOUNT, "region": REGION, "host": "127.0.0.1", "port": 443}
    return json.dumps(asked)


Handler = Callable[[Any, Any], Any]


@pytest.mark.parametrize("poison", POISON)
@pytest.mark.parametrize(
    ("handler", "good"),
    [(probe_app.handler, probe_message), (inspect_app.change, None)],
    ids=["probe", "change"],
)
def test_poison_goes_back_alone(
    aws: Aws,
    context: Context,
    handler: Handler,
    good: Callable[[], str] | None,
    poison: str,
) -> None:
    """What nobody can read is put aside by its queue; the good message is done."""
    records = [record(1, POISON[poison])]
    if good:
        records.append(record(2, good()))

    answer = handler({"Records": records}, context)

    assert [{"itemIdentifier": "m-1"}] == answer["batchItemFailures"]


def test_poison_among_sweeps_goes_back_alone(aws: Aws, context: Context) -> None:
    """All of it at once, and the sweep is done."""
    bodies = [*POISON.values(), sweep_message()]
    records = [record(number, body) for number, body in enumerate(bodies)]
    answer = inspect_app.sweep({"Records": records}, context)

    assert [f"m-{number}" for number in range(len(POISON))] == [
        item["itemIdentifier"] for item in answer["batchItemFailures"]
    ]


def test_a_poisonous_change_holds_up_no_other(aws: Aws, context: Context) -> None:
    """The good change in the batch is judged and told."""
    group = new_group(aws)
    messages = told((group, open_port(aws, group, 22)))
    messages["Records"].insert(0, record(9, DEEP))
    answer = inspect_app.change(messages, context)

    assert [{"itemIdentifier": "m-9"}] == answer["batchItemFailures"]
    assert 1 == len(alerts(aws))


@pytest.fixture
def spoilt() -> Iterator[Callable[[Callable[[Any], Any]], None]]:
    """Lets a function spoil what AWS answers of subnets."""
    events = clients.client("ec2", REGION).meta.events
    name = "after-call.ec2.DescribeSubnets"
    spoiling: list[Callable[..., None]] = []

    def begin(spoil: Callable[[Any], Any]) -> None:
        def listen(parsed: Any, **_: Any) -> None:
            spoil(parsed)

        spoiling.append(listen)
        events.register(name, listen)

    yield begin
    for listen in spoiling:
        events.unregister(name, listen)


@pytest.fixture
def crashing(spoilt: Callable[[Callable[[Any], Any]], None]) -> set[str]:
    """VPCs that cannot be read for a reason that is no answer's."""
    vpcs: set[str] = set()

    def crash(parsed: Any) -> None:
        if any(subnet["VpcId"] in vpcs for subnet in parsed["Subnets"]):
            raise MemoryError("Subnets")

    spoilt(crash)
    return vpcs


def vpc_of(aws: Aws, group: str) -> str:
    ec2 = aws.client("ec2")
    found: str = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0][
        "VpcId"
    ]
    return found


def test_a_vpc_that_crashes_holds_up_no_other(
    aws: Aws, context: Context, crashing: set[str]
) -> None:
    """The other VPC's change is judged; this one's message comes again."""
    groups = [new_group(aws) for _ in range(2)]
    opened = [(group, open_port(aws, group, 22)) for group in groups]
    crashing.add(vpc_of(aws, groups[0]))
    answer = inspect_app.change(told(*opened), context)
    causes = [alert["cause"]["changes"] for alert in alerts(aws)]

    assert [{"itemIdentifier": "m-1"}] == answer["batchItemFailures"]
    assert [["event-2"]] == [[change["event_id"] for change in one] for one in causes]


def test_a_crash_of_all_fails_the_function(
    aws: Aws, context: Context, crashing: set[str]
) -> None:
    """Its alarm counts the function's errors, not the messages that come again."""
    group = new_group(aws)
    messages = told((group, open_port(aws, group, 22)))
    crashing.add(vpc_of(aws, group))

    with pytest.raises(MemoryError, match="Subnets"):
        inspect_app.change(messages, context)


def nonsense(parsed: Any) -> None:
    parsed["Subnets"] = [None]


def missing(parsed: Any) -> None:
    del parsed["Subnets"]


def half(parsed: Any) -> None:
    for subnet in parsed["Subnets"]:
        del subnet["VpcId"]


def own(aws: Aws) -> dict[str, str]:
    """What is open about Ringfence's reading, and what it says."""
    items = aws.client("dynamodb").scan(TableName=aws.table)["Items"]
    rows = [json.loads(item["document"]["S"]) for item in items if "version" in item]
    return {
        row["finding"]["resource"]: row["finding"]["message"]
        for row in rows
        if row["is_open"] and row["finding"]["check"] == "RF-001"
    }


@pytest.mark.parametrize("spoil", [nonsense, missing, half])
def test_an_answer_that_makes_no_sense_does_not_stop_a_sweep(
    aws: Aws,
    context: Context,
    spoilt: Callable[[Callable[[Any], Any]], None],
    spoil: Callable[[Any], Any],
) -> None:
    """It is told with its field, and what needs no subnets is judged."""
    open_port(aws, new_group(aws), 22)
    spoilt(spoil)
    one = record(1, sweep_message())
    answer = inspect_app.sweep({"Records": [one]}, context)
    items = aws.client("dynamodb").scan(TableName=aws.table)["Items"]
    names = [item["item"]["S"] for item in items]

    assert [] == answer["batchItemFailures"]
    assert "makes no sense to us" in own(aws)["ec2.describe_subnets"]
    assert any(name.startswith("finding/SG-003/") for name in names)


def test_an_answer_that_makes_no_sense_does_not_stop_a_change(
    aws: Aws, context: Context, spoilt: Callable[[Callable[[Any], Any]], None]
) -> None:
    """Neither does it keep its message coming again."""
    group = new_group(aws)
    opened = open_port(aws, group, 22)
    spoilt(nonsense)
    answer = inspect_app.change(told((group, opened)), context)
    [alert] = alerts(aws)

    assert [] == answer["batchItemFailures"]
    assert {"RF-001", "SG-003"} <= set(alert["checks"])


def test_a_table_that_refuses_fails_the_function(aws: Aws, context: Context) -> None:
    """A table that is throttled is no change's own trouble."""
    group = new_group(aws)
    messages = told((group, open_port(aws, group, 22)))
    name = "before-call.dynamodb.TransactWriteItems"

    def refuse(model: Any, **_: Any) -> None:
        code = "ProvisionedThroughputExceededException"
        raise ClientError({"Error": {"Code": code}}, model.name)

    events = clients.client("dynamodb", REGION).meta.events
    events.register(name, refuse)
    try:
        with pytest.raises(ClientError, match="ProvisionedThroughput"):
            inspect_app.change(messages, context)
    finally:
        events.unregister(name, refuse)
