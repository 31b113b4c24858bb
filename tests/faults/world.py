"""
A small world that is judged: what is true, and what Ringfence makes of it.

Two VPCs with two instances each, which are good, bad, worse or gone. Functions
read them one VPC after the other, as real ones do, by clocks that differ.
"""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

from ringfence.changes import Cause
from ringfence.drafts import Drafts
from ringfence.finding import Finding, Report, Severity, Unknown
from ringfence.inspect.verdicts import keep_report
from ringfence.render.asff import asff
from ringfence.store import FindingsTable
from ringfence.sweeps import SweepBook
from ringfence.transitions import Row
from tests.faults.dynamodb import Client, Memory
from tests.faults.outside import Outside, Trouble
from tests.faults.turns import Killed, Worker
from tests.publish.fakes import Document
from tests.render.samples import NOON, PLACE, a_finding, a_report

VPCS = {"vpc-1": ("i-11", "i-12"), "vpc-2": ("i-21", "i-22")}
PLACES_OF = {name: vpc for vpc, names in VPCS.items() for name in names}
STATES = ("gone", "good", Severity.HIGH, Severity.CRITICAL)
SHARDS = 2
MOST_SKEW = timedelta(minutes=3)

_WRITES = ("paginate", "put_item", "transact_write_items", "update_item")
_PERIOD = timedelta(hours=1)
_MINUTE = timedelta(minutes=1)


def shard_of(item: str) -> int:
    """Which of the stream's shards tells of *item*: always the same."""
    return zlib.crc32(item.encode()) % SHARDS


@dataclass
class World:
    """What is true, the table, what is published to, and what is at work."""

    states: dict[str, str] = field(
        default_factory=lambda: dict.fromkeys(PLACES_OF, "good")
    )
    memory: Memory = field(default_factory=Memory)
    outside: Outside = field(default_factory=Outside)
    workers: list[Worker] = field(default_factory=list)
    hints: set[str] = field(default_factory=set)
    time: datetime = NOON
    positions: list[int] = field(default_factory=lambda: [0] * SHARDS)
    sweeps: int = 0
    blind: bool = False
    history: list[tuple[datetime, dict[str, str]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.history.append((self.time, dict(self.states)))

    def flip(self, resource: str, state: str) -> None:
        """Let *resource* become *state*; its event is on its way."""
        self.states[resource] = state
        self.hints.add(PLACES_OF[resource])
        self._pass()
        self.history.append((self.time, dict(self.states)))

    def sweep(self, skew: timedelta = timedelta()) -> None:
        """Start a sweep."""
        self.sweeps += 1
        cause = Cause(kind="sweep", id=f"sweep-{self.sweeps}")
        account, region = PLACE.split("/")
        book = SweepBook(cast("Any", Client(self.memory)), "findings")
        book.begin(cause.id, [(account, region)], period=_PERIOD, now=self.time + skew)
        self._start(None, cause, skew)

    def end(self, skew: timedelta = timedelta()) -> None:
        """Start to look for drafts that were left, and whether a sweep is over."""

        def work(worker: Worker) -> None:
            client = worker.over(Client(self.memory), *_WRITES)
            Drafts(client, "findings").tell_left(now=self.time + skew)
            SweepBook(client, "findings").end(now=self.time + skew)

        self.workers.append(Worker(work))

    def change(self, vpc: str, skew: timedelta = timedelta()) -> None:
        """Start judging *vpc* for its changes; what dies is tried again."""
        self.hints.discard(vpc)
        self._start(vpc, Cause(kind="change", id="change-1"), skew)

    def step(self, worker: Worker, kill: str = "") -> None:
        """Let *worker* make its next call."""
        self._pass()
        worker.step(kill)
        if worker.is_done:
            self.workers.remove(worker)
            if isinstance(worker.error, Killed):  # its messages come again
                self.hints |= {worker.about} if worker.about else set()
            elif worker.error:
                raise worker.error

    def deliver(self, shard: int, most: int, trouble: Trouble) -> None:
        """Hand up to *most* records of *shard* over, as Lambda does."""
        batch = self._records(shard)[self.positions[shard] :][:most]
        if not batch:
            return
        try:
            failed = self.outside.publish(batch, trouble)
        except Killed:
            return  # all of them come again, perhaps in smaller batches
        numbers = [record["dynamodb"]["SequenceNumber"] for record in batch]
        done = min((numbers.index(number) for number in failed), default=len(batch))
        self.positions[shard] += done

    def redeliver(self, shard: int, back: int) -> None:
        """Hand the last *back* records over again: a batch counts as not taken."""
        self.positions[shard] = max(0, self.positions[shard] - back)

    def settle(self) -> None:
        """Let everything that is at work or waits come to its end, without trouble."""
        while self.workers:
            self.step(self.workers[0])
        for vpc in sorted(self.hints):
            self.change(vpc)
            while self.workers:
                self.step(self.workers[0])
        self.end()
        while self.workers:
            self.step(self.workers[0])

    def last_sweep(self) -> None:
        """Sweep once more, when every clock is past what was observed."""
        self.time += 3 * MOST_SKEW
        self.sweep()
        self.settle()
        self.drain()

    def drain(self) -> None:
        """Deliver all that the stream holds, without trouble."""
        for shard in range(SHARDS):
            while self.positions[shard] < len(self._records(shard)):
                self.deliver(shard, 3, Trouble())

    def rows(self) -> dict[str, Row]:
        """Read the table, by resource."""
        rows = self._table(Client(self.memory)).rows(PLACE)
        return {row.finding.resource: row for row in rows.values()}

    def verdicts(self) -> dict[str, Severity]:
        """Say what is open in the table, and how bad."""
        return {
            name: row.finding.severity
            for name, row in self.rows().items()
            if row.is_open
        }

    def truth(self) -> dict[str, Severity]:
        """Say what is bad, and how bad."""
        return {
            name: state
            for name, state in self.states.items()
            if isinstance(state, Severity)
        }

    def inventions(self) -> list[str]:
        """Name the rows that say what never was since they were observed."""
        found = []
        for name, row in self.rows().items():
            begun = sum(time <= row.observed_at for time, _ in self.history) - 1
            since = {states[name] for _, states in self.history[begun:]}
            if row.is_open:
                good = row.finding.severity in since
            else:
                good = bool(since & {"good", "gone"})
            found += [] if good else [name]
        return found

    def transitions(self) -> set[tuple[str, int]]:
        """Every transition that was ever committed, by resource and version."""
        rows = (
            Row.model_validate_json(item["document"]["S"])
            for (_, name), item in self.memory.stream
            if name.startswith("finding/")
        )
        return {(row.finding.resource, row.version) for row in rows if row.transition}

    def disagreements(self) -> list[str]:
        """Name the rows that Security Hub shows otherwise."""
        hub = self.outside.hub.hub
        found = []
        for name, row in self.rows().items():
            wanted = asff(row)
            shown = hub.findings.get((wanted["ProductArn"], wanted["Id"]), {})
            same = all(
                shown.get(key) == wanted.get(key)
                for key in ("UpdatedAt", "RecordState", "Compliance", "Title")
            )
            status = shown.get("Workflow", {}).get("Status")
            if not same or status != ("NEW" if row.is_open else "RESOLVED"):
                found.append(name)
        return found

    def _pass(self) -> None:
        self.time += _MINUTE

    def _table(self, client: Any) -> FindingsTable:
        return FindingsTable(cast("Any", client), "findings", actions=1)

    def _start(self, vpc: str | None, cause: Cause, skew: timedelta) -> None:
        def now() -> datetime:
            return self.time + skew

        def work(worker: Worker) -> None:
            self._judge(worker, vpc, cause, now)

        self.workers.append(Worker(work, vpc))

    def _judge(self, worker: Worker, vpc: str | None, cause: Cause, now: Any) -> None:
        client = worker.over(Client(self.memory), *_WRITES)
        table = self._table(client)
        report = self._seen(worker, vpc, now)
        keep_report(report, cause, table=table, now=now)
        if cause.kind == "sweep":
            table.hand_in(PLACE)
            book = SweepBook(client, "findings")
            book.note_read(PLACE, cause.id, read_at=report.observed_at)

    def _seen(self, worker: Worker, vpc: str | None, now: Any) -> Report:
        """Read what there is, a VPC a turn; the time is that of the beginning."""
        observed_at = now()
        findings: list[Finding] = []
        resources: set[str] = set()
        for place in (vpc,) if vpc else VPCS:
            worker.wait()
            for name in VPCS[place]:
                state = self.states[name]
                resources |= {name} if state != "gone" else set()
                if isinstance(state, Severity):
                    findings.append(
                        a_finding(resource=name, vpc=place, severity=state, evidence={})
                    )
        return a_report(
            *(() if self.blind and vpc else findings),
            unknowns=(Unknown("EXP-001", "could not read"),)
            if self.blind and vpc
            else (),
            observed_at=observed_at,
            vpcs=frozenset({vpc}) if vpc else None,
            resources=frozenset(resources),
        )

    def _records(self, shard: int) -> list[Document]:
        return list(_records(self.memory.stream, shard))


def _records(stream: Iterable[Any], shard: int) -> Iterable[Document]:
    """Give what the template's filter lets through of *shard*."""
    for number, ((place, name), item) in enumerate(stream, 1):
        if name.startswith(("finding/", "alert/")) and shard_of(name) == shard:
            yield {
                "eventName": "MODIFY",
                "dynamodb": {
                    "Keys": {"place": {"S": place}, "item": {"S": name}},
                    "NewImage": item,
                    "SequenceNumber": str(number),
                },
            }
