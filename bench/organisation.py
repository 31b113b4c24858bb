"""
An organisation to be swept, and a sweep of it through the queue.

`Assumed` names every figure that was not measured with the project's own code;
what was is in ``place.json`` (see `bench.place`).
"""

import heapq
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

_KEPT = Path(__file__).parent / "place.json"

_TABLE = "dynamodb:"
_POLICY = "ssm:GetParameter"  # once, in the stack's own account

KINDS = ("empty", "small", "medium", "large")


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumed:
    """What nothing here measures; seconds and shares."""

    accounts: int = 1_000
    regions: int = 17
    # Most Regions of most accounts hold nothing but a default VPC.
    mix: Mapping[str, float] = field(
        default_factory=lambda: dict(zip(KINDS, (0.70, 0.22, 0.07, 0.01), strict=True))
    )
    call_s: float = 0.2  # a Describe call from the hub's Region to any other
    table_s: float = 0.01  # a call to DynamoDB in the same Region
    # A function of 1,769 MB has one vCPU, and less memory has its share.
    # https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
    memory_mb: int = 1_024
    vcpu_mb: int = 1_769
    cpu_factor: float = 1.5  # how much slower a vCPU is than the machine measured on
    cold_start_s: float = 2.0
    spread: float = 0.3  # sigma of a lognormal factor on each place's time
    deaths: float = 1 / 2_000  # runs that die: killed, or out of time or memory
    hidden_s: float = 5_400  # the queue's visibility timeout, after which they return
    # https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
    pollers_at_first: int = 5
    pollers_a_minute: int = 300
    # How often it is looked whether a sweep is over (template.yaml).
    look_s: float = 300

    @property
    def places(self) -> int:
        """Accounts times Regions."""
        return self.accounts * self.regions


@dataclass(frozen=True, slots=True)
class Measured:
    """One kind of place, as `bench.place` measured it."""

    kind: str
    findings: int
    harvest_bytes: int
    path_calls: float
    first: Mapping[str, Any]
    quiet: Mapping[str, Any]
    groups: int
    instances: int

    @property
    def table_calls(self) -> int:
        """Count a quiet sweep's calls to the table."""
        every: Mapping[str, int] = self.quiet["calls"]
        return sum(times for api, times in every.items() if api.startswith(_TABLE))

    @property
    def calls(self) -> Mapping[str, int]:
        """Count a quiet sweep's calls to the account that is watched, by API."""
        return {
            api: times
            for api, times in self.quiet["calls"].items()
            if not api.startswith(_TABLE) and api != _POLICY
        }

    @property
    def busiest(self) -> tuple[str, int]:
        """Give the API that is called most often, and how often."""
        return max(sorted(self.calls.items()), key=lambda pair: pair[1])

    def seconds(self, assumed: Assumed, sweep: Mapping[str, Any]) -> float:
        """How long a sweep takes: its calls, and its CPU at the function's share."""
        share = assumed.memory_mb / assumed.vcpu_mb / assumed.cpu_factor
        cpu_s: float = sweep["cpu_s"]
        return (
            self.path_calls * assumed.call_s
            + self.table_calls * assumed.table_s
            + cpu_s / share
        )


def measured() -> dict[str, Measured]:
    """Read what was measured, by kind."""
    kept = json.loads(_KEPT.read_text(encoding="utf-8"))
    return {kind: Measured(kind=kind, **kept[kind]) for kind in KINDS}


def places(assumed: Assumed) -> list[str]:
    """Give the kind of every place, in the order in which they are asked for."""
    counts = {kind: round(assumed.places * assumed.mix[kind]) for kind in KINDS[1:]}
    counts["empty"] = assumed.places - sum(counts.values())
    kinds = [kind for kind in KINDS for _ in range(counts[kind])]
    Random(1).shuffle(kinds)  # noqa: S311 - the same organisation every time
    return kinds


@dataclass(frozen=True, slots=True)
class Swept:
    """A sweep of an organisation: when how much was read, and at which pace."""

    nearly_all_s: float  # 99.9 % of the places
    all_s: float  # those included whose function died
    most_a_second: float  # places that came to their end in the busiest minute


def simulate(
    assumed: Assumed, kinds: list[str], seconds: Mapping[str, float], concurrency: int
) -> Swept:
    """
    Let *concurrency* functions work off one message for each of *kinds*.

    Lambda begins with a few pollers and adds others while messages wait. A
    message whose function died is received again when it is visible.
    """
    random = Random(2)  # noqa: S311 - the same sweep every time
    free = _starts(assumed, concurrency)
    waiting = [(0.0, number, kind) for number, kind in enumerate(kinds)]
    heapq.heapify(waiting)
    ends: list[float] = []
    fresh = set(range(len(free)))
    while waiting:
        visible, number, kind = heapq.heappop(waiting)
        at, worker = heapq.heappop(free)
        begin = max(at, visible)
        took = seconds[kind] * random.lognormvariate(0, assumed.spread)
        if worker in fresh:
            fresh.remove(worker)
            took += assumed.cold_start_s
        heapq.heappush(free, (begin + took, worker))
        if random.random() < assumed.deaths:
            heapq.heappush(waiting, (begin + assumed.hidden_s, number, kind))
        else:
            ends.append(begin + took)
    ends.sort()
    return Swept(
        nearly_all_s=ends[int(len(ends) * 0.999) - 1],
        all_s=ends[-1],
        most_a_second=_busiest_minute(ends),
    )


def _starts(assumed: Assumed, concurrency: int) -> list[tuple[float, int]]:
    """When each function gets its first message."""
    starts = []
    for worker in range(concurrency):
        late = max(0, worker + 1 - assumed.pollers_at_first)
        starts.append((late * 60 / assumed.pollers_a_minute, worker))
    return starts


def _busiest_minute(ends: list[float]) -> float:
    minutes: dict[int, int] = {}
    for end in ends:
        minutes[int(end // 60)] = minutes.get(int(end // 60), 0) + 1
    return max(minutes.values()) / 60


def waits_for_tokens(
    calls: int, *, a_second: float, bucket: int = 100, refill: float = 20
) -> int:
    """
    How many of *calls* to one API, *a_second* of them, find no token.

    EC2 lets each account and Region have a bucket for each API; calls that do
    not change anything have one of 100 tokens, refilled with 20 a second.
    https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
    """
    refused = 0
    tokens, now = float(bucket), 0.0
    for number in range(calls):
        due = number / a_second
        tokens = min(bucket, tokens + (due - now) * refill)
        now = due
        if tokens >= 1:
            tokens -= 1
        else:
            refused += 1
    return refused
