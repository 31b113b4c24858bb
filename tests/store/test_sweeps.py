"""The book of sweeps, against moto's DynamoDB."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from ringfence.alerts import Alert, Coverage, Digest
from ringfence.changes import Cause
from ringfence.finding import Finding, Severity
from ringfence.store import FindingsTable
from ringfence.sweeps import GRACE, STALLED_AFTER, Ended, SweepBook
from ringfence.transitions import abandon, decide
from tests.render.samples import NOON, a_finding, a_report
from tests.store.conftest import NAME

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ONE, TWO, THREE = "111122223333", "222233334444", "333344445555"
EU, US = "eu-west-1", "us-east-1"
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
AT_ONCE = [(ONE, EU), (TWO, US)]


class World:
    """A book and a table, and the time that goes by."""

    def __init__(self, client: "DynamoDBClient") -> None:
        self.client = client
        self.book = SweepBook(client, NAME)
        self.table = FindingsTable(client, NAME)
        self.now = NOON
        self.period = HOUR

    def begin(
        self, sweep: str, places: list[tuple[str, str]] | None = None
    ) -> list[tuple[str, str]]:
        asked = self.book.begin(
            sweep,
            AT_ONCE if places is None else places,
            period=self.period,
            now=self.now,
        )
        return list(asked)

    def read(self, sweep: str, account: str, region: str, number: int = 0) -> None:
        """Read a place, with so many findings in it."""
        self.keep(sweep, account, region, number)
        place = f"{account}/{region}"
        self.table.hand_in(place)
        self.book.note_read(place, sweep, read_at=self.now)

    def keep(self, sweep: str, account: str, region: str, number: int) -> None:
        place = f"{account}/{region}"
        found = [bad(account, region, port) for port in range(number)]
        report = a_report(*found, account=account, region=region, observed_at=self.now)
        cause = Cause(kind="sweep", id=sweep)
        self.table.write(
            place,
            self.table.standing(place),
            lambda rows: decide(
                report, rows, cause=cause, now=self.now, known_checks={"EXP-001"}
            ),
            cause=cause,
        )

    def end(self) -> Ended | None:
        return self.book.end(now=self.now)

    def alerts(self) -> list[Alert]:
        """The alerts in the outbox."""
        return [
            Alert.model_validate_json(item["document"]["S"])
            for item in self.items("alert/")
        ]

    def items(self, prefix: str) -> list[Any]:
        pages = self.client.get_paginator("scan").paginate(TableName=NAME)
        found = [item for page in pages for item in page["Items"]]
        return [item for item in found if item["item"]["S"].startswith(prefix)]


def bad(account: str, region: str, port: int) -> Finding:
    return a_finding(
        account=account,
        region=region,
        discriminator=f"tcp-{port}",
        severity=Severity.HIGH,
    )


@pytest.fixture
def world(client: "DynamoDBClient") -> World:
    return World(client)


def test_one_digest_for_all_places(world: World) -> None:
    """However many accounts and Regions, people get one message."""
    world.begin("s1")
    world.read("s1", ONE, EU, 3)
    early = world.end()
    world.read("s1", TWO, US, 2)
    ended = world.end()
    (alert,) = world.alerts()

    assert early is None
    assert ended is not None
    assert ended.is_complete
    assert ended.alert == alert
    assert {"opened": {"HIGH": 5}} == alert.counts
    assert ((ONE, TWO), (EU, US)) == (alert.accounts, alert.regions)
    assert ("", "") == (alert.account, alert.region)
    assert Coverage(places=2) == alert.coverage


def test_ended_twice_is_told_once(world: World) -> None:
    """The clock goes on asking."""
    world.begin("s1")
    for account, region in AT_ONCE:
        world.read("s1", account, region, 1)
    world.end()

    assert world.end() is None
    assert 1 == len(world.alerts())


def test_a_quiet_sweep_ends_in_silence(world: World) -> None:
    """Nothing opened or closed, everything was read: no message."""
    world.begin("s1")
    for account, region in AT_ONCE:
        world.read("s1", account, region)
    ended = world.end()

    assert ended is not None
    assert (None, True) == (ended.alert, ended.is_complete)
    assert [] == world.items("alert/")


def test_a_message_that_comes_twice_does_not_count_twice(world: World) -> None:
    """Two readings of one place are not a reading of two."""
    world.begin("s1")
    world.read("s1", ONE, EU, 1)
    world.now += MINUTE
    world.read("s1", ONE, EU, 2)

    assert world.end() is None
    world.read("s1", TWO, US)
    ended = world.end()
    assert ended is not None
    assert ended.alert is not None
    assert {"opened": {"HIGH": 2}} == ended.alert.counts


def test_what_was_not_read_at_the_deadline_is_named(world: World) -> None:
    """Not before, and in the digest of what was read."""
    world.begin("s1")
    world.read("s1", ONE, EU, 1)
    world.now += 53 * MINUTE
    early = world.end()
    world.now += MINUTE
    ended = world.end()

    assert early is None
    assert ended is not None
    assert not ended.is_complete
    assert ended.alert is not None
    assert Coverage.of(2, [f"{TWO}/{US}"]) == ended.alert.coverage
    assert ONE == ended.alert.account


def test_what_two_sweeps_in_a_row_do_not_read_is_told_once(world: World) -> None:
    """One of them may miss it: it is asked for first the next time."""
    told, waited = [], []
    for hour, is_read in enumerate([True, False, True, False, False, False, True]):
        world.now = NOON + hour * HOUR
        world.begin(f"s{hour}")
        world.read(f"s{hour}", ONE, EU)
        if is_read:
            world.read(f"s{hour}", TWO, US)
        world.now += MINUTE
        ended = world.end()
        waited.append(ended is None)
        if ended is None:
            world.now += 54 * MINUTE
            ended = world.end()
        assert ended is not None
        told.append(ended.alert.accounts if ended.alert else ())

    assert [(), (), (), (), (TWO,), (), ()] == told
    assert [False, True, False, True, False, False, False] == waited


def test_the_only_place_is_waited_for(world: World) -> None:
    """That it did not answer last time does not end the sweep before it began."""
    early, told = [], []
    for hour in range(3):
        world.now = NOON + hour * HOUR
        world.begin(f"s{hour}", [(ONE, EU)])
        early.append(world.end())
        world.now += 55 * MINUTE
        ended = world.end()
        assert ended is not None
        assert not ended.is_complete
        told.append(ended.alert is not None)

    assert [None] * 3 == early
    assert [False, True, False] == told


@pytest.mark.parametrize(("missed", "is_complete"), [(1, True), (2, False)])
def test_a_sweep_of_nearly_all_is_complete(
    world: World,
    missed: int,
    is_complete: bool,  # noqa: FBT001
) -> None:
    """One place in a hundred is no reason for the alarm that nothing is read."""
    places = [(f"{number:012}", EU) for number in range(100)]
    world.begin("s1", places)
    for account, region in places[missed:]:
        world.book.note_read(f"{account}/{region}", "s1", read_at=NOON)
    world.now += 55 * MINUTE
    ended = world.end()

    assert ended is not None
    assert is_complete is ended.is_complete


def test_a_daily_sweep_does_not_wait_for_ever(world: World) -> None:
    """When nothing was read for two hours, what is left will not be."""
    world.period = DAY
    world.begin("s1")
    world.now += 5 * HOUR
    world.read("s1", ONE, EU, 1)
    world.now += STALLED_AFTER
    early = world.end()
    world.now += MINUTE

    assert early is None
    assert world.end() is not None


def test_what_comes_after_the_end_is_told_with_the_next_sweep(world: World) -> None:
    """Late is not lost."""
    world.begin("s1")
    world.read("s1", ONE, EU, 1)
    world.now += HOUR
    world.end()
    world.read("s1", TWO, US, 2)
    world.begin("s2")
    world.now += MINUTE
    world.read("s2", ONE, EU, 1)
    world.read("s2", TWO, US, 2)
    world.end()

    assert [1, 2] == sorted(alert.counts["opened"]["HIGH"] for alert in world.alerts())


def test_a_sweep_that_is_given_up_is_told_with_the_next(world: World) -> None:
    """One that somebody starts by hand takes over what is unread and untold."""
    world.begin("s1")
    world.read("s1", ONE, EU, 1)
    world.now += MINUTE
    world.begin("s2")
    is_over = world.book.is_superseded("s1"), world.book.is_superseded("s2")
    world.now += MINUTE
    world.read("s2", TWO, US, 1)
    early = world.end()
    world.read("s2", ONE, EU, 1)
    world.end()

    assert (True, False) == is_over
    assert early is None
    assert [{"opened": {"HIGH": 2}}] == [alert.counts for alert in world.alerts()]


def test_a_slow_reader_of_an_older_sweep_undoes_nothing(world: World) -> None:
    """What the newer sweep has read stays read."""
    world.begin("s1")
    world.now += MINUTE
    world.begin("s2")
    for account, region in AT_ONCE:
        world.read("s2", account, region)
    world.book.note_read(f"{ONE}/{EU}", "s1", read_at=NOON)
    ended = world.end()

    assert ended is not None
    assert 0 == ended.coverage.unread_count


def test_what_was_read_longest_ago_is_asked_for_first(world: World) -> None:
    """Where sweeps do not keep up, no place is always the one left out."""
    places = [(ONE, EU), (TWO, US), (THREE, EU)]
    world.begin("s1", places)
    world.now += MINUTE
    world.read("s1", TWO, US)
    world.now += MINUTE
    world.read("s1", ONE, EU)

    assert [(THREE, EU), (TWO, US), (ONE, EU)] == world.begin("s2", places)


def test_a_sweep_is_begun_once(world: World) -> None:
    """Begun again it asks for what is unread, and when it is over for nothing."""
    world.begin("s1")
    world.now += MINUTE
    world.read("s1", ONE, EU)
    again = world.begin("s1")
    world.read("s1", TWO, US)
    world.end()

    assert [(TWO, US)] == again
    assert [] == world.begin("s1")


def test_a_sweep_of_nothing_is_an_error(world: World) -> None:
    """A list that is empty by mistake must not end the watch over everything."""
    world.begin("s1")

    with pytest.raises(ValueError, match="a sweep of nothing"):
        world.begin("s2", [])
    assert () == world.book.departures()


def test_who_left_is_known_until_its_findings_are_closed(world: World) -> None:
    """Since when, and until when; it is waited for no longer, and may come back."""
    world.begin("s1")
    world.now += HOUR
    world.begin("s2", [(ONE, EU)])
    world.now += DAY
    world.begin("s3", [(ONE, EU)])
    (departure,) = world.book.departures()
    world.read("s3", ONE, EU)
    ended = world.end()

    left_at = NOON + HOUR
    assert (TWO, US, left_at, left_at + GRACE) == (
        departure.account,
        departure.region,
        departure.left_at,
        departure.closes_at,
    )
    assert ended is not None
    assert 1 == ended.coverage.places
    world.begin("s4")
    world.book.forget(departure)
    assert () == world.book.departures()
    assert 2 == len(world.items("place/"))


def test_who_is_forgotten_is_struck(world: World) -> None:
    """Nothing of it is told any more."""
    world.begin("s1")
    world.begin("s2", [(ONE, EU)])
    (departure,) = world.book.departures()
    world.book.forget(departure)

    assert [f"place/{ONE}/{EU}"] == [
        item["item"]["S"] for item in world.items("place/")
    ]


def test_hundreds_of_parts_are_one_digest(world: World) -> None:
    """However much was handed in, and whatever a transaction takes."""
    world.begin("s1")
    for account, region in AT_ONCE:
        world.read("s1", account, region)
    for number in range(250):
        part = Digest(
            id=f"{number:032x}",
            items=(),
            counts={"opened": {"LOW": 1}},
            checks=("EXP-001",),
            products=(),
            accounts=(f"{number:012}",),
            regions=(EU,),
        )
        item = {
            "place": {"S": "sweeps"},
            "item": {"S": f"harvest/{part.id}"},
            "document": {"S": part.model_dump_json()},
        }
        world.client.put_item(TableName=NAME, Item=item)
    ended = world.end()

    assert ended is not None
    assert ended.alert is not None
    assert {"opened": {"LOW": 250}} == ended.alert.counts
    assert (250, EU) == (len(ended.alert.accounts), ended.alert.region)
    assert [] == world.items("harvest/")


class KilledError(BaseException):
    """The function's process is gone."""


@contextmanager
def dying(client: "DynamoDBClient", call: int, when: str) -> Iterator[None]:
    """Die at the call with this number, before or after AWS has done it."""
    made = 0

    def count(**_: Any) -> None:
        nonlocal made
        made += 1
        if made == call:
            raise KilledError

    client.meta.events.register(f"{when}-call.dynamodb", count, unique_id="dying")
    try:
        yield
    finally:
        client.meta.events.unregister(f"{when}-call.dynamodb", unique_id="dying")


@pytest.mark.parametrize("when", ["before", "after"])
def test_dying_at_any_call_loses_nothing_and_repeats_nothing(
    client: "DynamoDBClient", when: str
) -> None:
    """Each step is repeated after its death, as SQS and the clock do it."""
    for call in range(1, 100):
        for item in World(client).items(""):
            key = {"place": item["place"], "item": item["item"]}
            client.delete_item(TableName=NAME, Key=key)
        world = World(client)
        died = 0
        steps: list[Callable[[], object]] = [
            partial(world.begin, "s1"),
            partial(world.keep, "s1", ONE, EU, 1),
            partial(world.read, "s1", ONE, EU, 2),
            partial(world.read, "s1", TWO, US, 1),
            world.end,
        ]
        with dying(client, call, when):
            for step in steps:
                try:
                    step()
                except KilledError:
                    died += 1
                    world.now += MINUTE
                    step()
        world.end()
        told: Counter[str] = Counter()
        for alert in world.alerts():
            told.update(alert.counts["opened"])
        newest = world.book.newest()

        assert {"HIGH": 3} == told, f"died at call {call}"
        assert newest is not None
        assert newest.is_over
        assert [] == world.items("harvest/") + world.items("pending/")
        if not died:
            break
    assert call > 15, "the death comes at every call"


def test_who_left_has_every_finding_closed(world: World) -> None:
    """As archived, with the reason, in rows newer than any sweep's."""
    world.begin("s1")
    world.read("s1", TWO, US, 3)
    place = f"{TWO}/{US}"
    later: datetime = world.now + 8 * DAY
    cause = Cause(kind="sweep", id="s2")

    def closing(rows: Any) -> Any:
        return abandon(rows, cause=cause, now=later)

    world.table.write(place, world.table.standing(place), closing, cause=cause)
    closed = world.table.rows(place)
    world.table.write(place, world.table.standing(place), closing, cause=cause)
    rows = world.table.rows(place).values()

    assert closed == world.table.rows(place)
    assert {("ARCHIVED", "the account or Region is no longer watched", 2)} == {
        (row.closed_as, row.closed_because, row.version) for row in rows
    }
