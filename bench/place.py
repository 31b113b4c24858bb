"""
What sweeping one account and Region costs, as `bench.scale` takes it.

``python -m bench.place`` measures it with the project's own code against an
embedded AWS and writes ``place.json`` beside this file: calls by API, how many of
them come one after the other, CPU, and what the findings table has to do.
"""

import json
import math
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from bench import child
from bench.sweep import ACCOUNT, REGION, embedded_aws

KEPT = Path(__file__).parent / "place.json"

# Groups and instances, by what the page calls a Region of that size.
SIZES = {"empty": (0, 0), "small": (12, 24), "medium": (60, 120), "large": (600, 1200)}

_TABLE = "findings"
_HUB = "us-east-1"
_DELAY_S = 2.0  # so long that a busy machine does not matter
_RUNS = 3


def main() -> None:
    """Measure every size and keep the figures."""
    kept = {}
    for name, (groups, instances) in SIZES.items():
        with embedded_aws() as endpoint:
            more = {"AWS_ENDPOINT_URL": endpoint}
            built = ("-m", "bench.sweep", "build", str(groups), str(instances))
            child.run(*built, more=more)
            kept[name] = child.run("-m", "bench.place", "measure", more=more)
        kept[name] |= {"groups": groups, "instances": instances}
        print(name, json.dumps(kept[name]))
    KEPT.write_text(json.dumps(kept, indent=2, sort_keys=True) + "\n")


def measure() -> dict[str, Any]:
    """Sweep one place twice, as the sweep function does, and count."""
    import boto3  # noqa: PLC0415

    session = boto3.Session(region_name=REGION)
    meter = _Meter(session)
    hub = _hub(session)
    first = meter.of(lambda: _sweep(hub, "sweep-1"))
    quiet = meter.of(lambda: _sweep(hub, "sweep-2"))
    return {
        "findings": sum(row.is_open for row in hub.table.rows(_place()).values()),
        "harvest_bytes": _harvest_bytes(session),
        "first": first,
        "quiet": quiet,
        "path_calls": _path_calls(boto3.Session(region_name=REGION)),
    }


def _place() -> str:
    return f"{ACCOUNT}/{REGION}"


def _hub(session: Any) -> Any:
    """Everything that the function has, in a table and a parameter of its own."""
    from ringfence.inspect.hub import Hub  # noqa: PLC0415
    from ringfence.inspect.policies import Policies  # noqa: PLC0415
    from ringfence.members import Members  # noqa: PLC0415
    from ringfence.observations import ObservationsTable  # noqa: PLC0415
    from ringfence.parked import ParkedPlaces  # noqa: PLC0415
    from ringfence.store import FindingsTable  # noqa: PLC0415
    from ringfence.sweeps import SweepBook  # noqa: PLC0415

    dynamodb, ssm = session.client("dynamodb"), session.client("ssm")
    keys = (("place", "HASH"), ("item", "RANGE"))
    dynamodb.create_table(
        TableName=_TABLE,
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": "S"} for name, _ in keys
        ],
        KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys],
        BillingMode="PAY_PER_REQUEST",
    )
    ssm.put_parameter(Name="/policy", Type="String", Value="version: 1\n")
    table = FindingsTable(dynamodb, _TABLE)
    return Hub(
        account=ACCOUNT,
        region=_HUB,  # another one: what is global is not read here
        session=session,
        policies=Policies(ssm, "/policy", table),
        table=table,
        observations=ObservationsTable(dynamodb, _TABLE),
        book=SweepBook(dynamodb, _TABLE),
        parked=ParkedPlaces(dynamodb, _TABLE),
        members=Members(
            sts=session.client("sts"),
            role="none",
            external_id="none",
            session_name="bench",
            now=_now,
        ),
        now=_now,
    )


def _sweep(hub: Any, sweep: str) -> None:
    from ringfence.inspect import reread  # noqa: PLC0415
    from ringfence.messages import SweepRequest  # noqa: PLC0415

    if not hub.book.is_superseded(sweep):
        request = SweepRequest(account=ACCOUNT, region=REGION, sweep=sweep)
        reread.sweep(request, hub, timedelta(hours=1))


class _Meter:
    """Counts calls by API, and what DynamoDB charges for them."""

    def __init__(self, session: Any) -> None:
        self.calls: Counter[str] = Counter()
        self.units: Counter[str] = Counter()
        self._sizes: dict[str, int] = {}
        session.events.register("before-call", self._asked)
        session.events.register("after-call.dynamodb", self._answered)

    def of(self, work: Any) -> dict[str, Any]:
        """Do *work* and give its figures."""
        self.calls.clear()
        self.units.clear()
        started = time.process_time()
        work()
        return {
            "cpu_s": round(time.process_time() - started, 2),
            "calls": dict(sorted(self.calls.items())),
            "reads": self.units["read"],
            "writes": self.units["write"],
        }

    def _asked(self, model: Any, params: Any, **_: Any) -> None:
        service = model.service_model.service_name
        self.calls[f"{service}:{model.name}"] += 1
        if service == "dynamodb":
            self._charge(model.name, json.loads(params["body"]))

    def _charge(self, operation: str, request: Any) -> None:
        """
        Count write units: one for 1 KB, twice that in a transaction.

        https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/capacity-unit-calculations.html
        """
        if operation == "UpdateItem":
            self.units["write"] += 1
        elif operation == "PutItem":
            self.units["write"] += self._kb(request["Item"])
        for action in request.get("TransactItems", ()):
            if put := action.get("Put"):
                self.units["write"] += 2 * self._kb(put["Item"])
            else:
                item = action["Delete"]["Key"]["item"]["S"]
                self.units["write"] += 2 * self._sizes.get(item, 1)

    def _kb(self, item: Any) -> int:
        size = math.ceil(len(json.dumps(item)) / 1024)
        self._sizes[item["item"]["S"]] = size
        return size

    def _answered(self, parsed: Any, model: Any, **_: Any) -> None:
        """Count read units: one for 4 KB, read consistently."""
        if model.name in {"GetItem", "Query"}:
            found = parsed.get("Items", [parsed.get("Item", {})])
            size = sum(len(json.dumps(item, default=str)) for item in found)
            self.units["read"] += max(1, math.ceil(size / 4096))


def _harvest_bytes(session: Any) -> int:
    """How large what the first sweep handed in is."""
    answer = session.client("dynamodb").query(
        TableName=_TABLE,
        KeyConditionExpression="place = :place AND begins_with(#item, :part)",
        ExpressionAttributeNames={"#item": "item"},
        ExpressionAttributeValues={
            ":place": {"S": "sweeps"},
            ":part": {"S": "harvest/"},
        },
    )
    return sum(len(item["document"]["S"]) for item in answer["Items"])


def _path_calls(session: Any) -> float:
    """
    How many calls come one after the other while a Region is read.

    Its answers are replayed, once at once and once each after a delay: what the
    delay adds is the path.
    """
    from botocore.httpsession import URLLib3Session  # noqa: PLC0415

    from ringfence.collect import collect  # noqa: PLC0415

    answers: dict[tuple[Any, ...], Any] = {}
    delay = 0.0
    real = URLLib3Session(max_pool_connections=20)

    def replay(request: Any, **_: Any) -> Any:
        body = request.body or b""
        target = request.headers.get("X-Amz-Target", b"")
        key = request.method, request.url, target, body
        if key not in answers:
            answer = real.send(request)
            answer.content  # noqa: B018 - read it before the connection goes
            answers[key] = answer
        time.sleep(delay)
        return answers[key]

    session.events.register("before-send", replay)

    def seconds() -> float:
        started = time.perf_counter()
        collect(session, account=ACCOUNT, region=REGION, now=_now, is_home=False)
        return time.perf_counter() - started

    seconds()
    at_once = median(seconds() for _ in range(_RUNS))
    delay = _DELAY_S
    delayed = median(seconds() for _ in range(_RUNS))
    return round((delayed - at_once) / _DELAY_S, 1)


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the bench's clock


if __name__ == "__main__":
    if sys.argv[1:] == ["measure"]:
        print(json.dumps(measure()))
    else:
        main()
