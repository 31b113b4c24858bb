"""
What sweeping an organisation costs in a month, by list prices of us-east-1.

No free tier is taken off. What is not verified is from memory of AWS's lists and
has to be looked up before anybody relies on it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bench.organisation import Assumed, Measured

LAMBDA = "https://aws.amazon.com/lambda/pricing/"
HUB = "https://aws.amazon.com/security-hub/pricing/"
DAYS = 30
SWEEPS = {"hourly": 24 * DAYS, "every six hours": 4 * DAYS, "daily": DAYS}

_LOOKS = 12 * 24 * DAYS  # whether a sweep is over
_POLLS = 5 * 3 * 60 * 24 * DAYS  # five pollers of a queue, each twenty seconds long
_QUEUES = 3
_REFRESHES = DAYS / 7  # an open finding is written and imported anew each week


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars for *per* of something; *source* is empty where it is from memory."""

    name: str
    dollars: float
    per: int
    source: str = ""

    def of(self, number: float) -> float:
        """What *number* of it cost."""
        return number / self.per * self.dollars


MILLION = 1_000_000
COMPUTE = Price("Lambda on arm64, a GB-second", 0.0000133334, 1, LAMBDA)
RUNS = Price("Lambda, a million requests", 0.20, MILLION, LAMBDA)
IMPORTS = Price("Security Hub, a finding above 10,000 a place", 0.00003, 1, HUB)
MESSAGES = Price("SQS, a million requests", 0.40, MILLION)
STARTS = Price("EventBridge Scheduler, a million starts", 1.00, MILLION)
READS = Price("DynamoDB on demand, a million read units", 0.125, MILLION)
WRITES = Price("DynamoDB on demand, a million write units", 0.625, MILLION)
LOGS = Price("CloudWatch Logs, a GB taken in", 0.50, 1)
METRICS = Price("CloudWatch, a metric", 0.30, 1)
ALARMS = Price("CloudWatch, an alarm", 0.10, 1)
KEYS = Price("KMS, a key", 1.00, 1)
GUARDED = Price("GuardDuty, a million management events", 4.00, MILLION)
COPIES = Price("CloudTrail, 100,000 management events copied again", 2.00, 100_000)
ALL = (
    *(COMPUTE, RUNS, IMPORTS, MESSAGES, STARTS, READS, WRITES, LOGS),
    *(METRICS, ALARMS, KEYS, GUARDED, COPIES),
)


@dataclass(frozen=True, kw_only=True)
class Month:
    """A month of *sweeps* of an organisation that has *counts* places of each kind."""

    assumed: Assumed
    known: Mapping[str, Measured]
    counts: Mapping[str, int]
    sweeps: int
    open_s: float  # how long a sweep is open, in which its register is read
    log_kb: float = 1.5  # what a run of a function logs
    metrics: int = 6
    alarms: int = 20

    def _sum(self, figure: Mapping[str, float]) -> float:
        return sum(self.counts[kind] * figure[kind] for kind in self.counts)

    @property
    def calls(self) -> float:
        """Calls to AWS's APIs in the accounts that are watched."""
        return self.sweeps * self._sum(
            {kind: sum(one.calls.values()) for kind, one in self.known.items()}
        )

    @property
    def findings(self) -> float:
        """Open findings of all places."""
        return self._sum({kind: one.findings for kind, one in self.known.items()})

    def costs(self) -> dict[str, float]:
        """Dollars by what they are paid for."""
        return {
            "Lambda: sweeps": self._sweeping(),
            "Lambda: plan and publish": self._planning(),
            "SQS": MESSAGES.of(
                self.sweeps * self.assumed.places * 2.1 + _QUEUES * _POLLS
            ),
            "DynamoDB: sweeps": self._table(),
            "DynamoDB: weekly refresh": WRITES.of(self._rows()),
            "Security Hub": IMPORTS.of(self._paid_imports()),
            "CloudWatch Logs": LOGS.of(
                self.sweeps * self.assumed.places * self.log_kb / 1e6
            ),
            "Metrics, alarms, key, schedules": METRICS.of(self.metrics)
            + ALARMS.of(self.alarms)
            + KEYS.of(1)
            + STARTS.of(_LOOKS + self.sweeps),
        }

    def _sweeping(self) -> float:
        seconds = self._sum(
            {
                kind: one.seconds(self.assumed, one.quiet)
                for kind, one in self.known.items()
            }
        )
        gb = self.assumed.memory_mb / 1_024
        runs = self.sweeps * self.assumed.places
        return COMPUTE.of(self.sweeps * seconds * gb) + RUNS.of(runs)

    def _planning(self) -> float:
        """Messages are sent by ten; a look at the register, or at none, is short."""
        begin_s = self.assumed.places / 10 * 0.02 + 3
        batches = self.findings * _REFRESHES / 10
        seconds = self.sweeps * begin_s + _LOOKS * 0.5 + batches
        return COMPUTE.of(seconds * 0.5) + RUNS.of(self.sweeps + _LOOKS + batches)

    def _table(self) -> float:
        reads = self._sum(
            {kind: one.quiet["reads"] for kind, one in self.known.items()}
        )
        writes = self._sum(
            {kind: one.quiet["writes"] for kind, one in self.known.items()}
        )
        looks = self.open_s / self.assumed.look_s + 2
        register = self.assumed.places * REGISTER_BYTES / 4_096
        return READS.of(self.sweeps * (reads + looks * register)) + WRITES.of(
            self.sweeps * writes
        )

    def _rows(self) -> float:
        first = {kind: one.first["writes"] for kind, one in self.known.items()}
        return self._sum(first) * _REFRESHES

    def _paid_imports(self) -> float:
        return sum(
            self.counts[kind] * max(0.0, one.findings * _REFRESHES - 10_000)
            for kind, one in self.known.items()
        )


REGISTER_BYTES = 220  # an item of the register, with its names
