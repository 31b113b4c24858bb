"""The outbox: what each record of the stream leads to, once."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, cast

import boto3
import pytest
from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer
from moto import mock_aws

from ringfence.alerts import Alert
from ringfence.members import RefusedError
from ringfence.parked import ParkedPlaces
from ringfence.publish.stream import Outlets, publish
from ringfence.transitions import Row
from tests.publish.fakes import Document, FakeQueue, FakeSecurityHub, FakeTopic
from tests.render.samples import (
    ACCOUNT,
    PLACE,
    REGION,
    a_closed_row,
    a_finding,
    a_row,
    an_alert,
)


@dataclass
class FakeContext:
    """As much of Lambda's context as bounds an alert's sending."""

    left_ms: int = 60_000

    def get_remaining_time_in_millis(self) -> int:
        """The time until the function is stopped."""
        return self.left_ms


@dataclass
class World:
    """Everything that is published to."""

    dynamodb: Any
    hubs: dict[tuple[str, str], FakeSecurityHub] = field(default_factory=dict)
    refusing: set[str] = field(default_factory=set)
    topic: FakeTopic = field(default_factory=FakeTopic)
    queue: FakeQueue = field(default_factory=FakeQueue)
    left_ms: int = 60_000

    def hub(self, region: str = REGION, account: str = ACCOUNT) -> FakeSecurityHub:
        """Security Hub in *region* of *account*."""
        fake = FakeSecurityHub(account, region)
        return self.hubs.setdefault((account, region), fake)

    def entered(self, account: str, region: str) -> FakeSecurityHub:
        """As `hub`, for whoever the account lets in."""
        if account in self.refusing:
            raise RefusedError("role", "AccessDenied", "no")
        return self.hub(region, account)

    def parked(self, place: str = PLACE) -> str:
        """Why findings of *place* are parked; empty: they are not."""
        found = ParkedPlaces(self.dynamodb, "findings").of(place)
        return found.code if found else ""

    def publish(self, *records: Document) -> list[str]:
        """Publish, and give the failed records' numbers."""
        outlets = Outlets(
            security_hub=cast("Any", self.entered),
            parked=ParkedPlaces(self.dynamodb, "findings"),
            sns=cast("Any", self.topic),
            topic="arn:aws:sns:eu-west-1:123456789012:alerts",
            sqs=cast("Any", self.queue),
            dead_letters="https://sqs.example/123456789012/dead-letters",
            sent=DynamoDBPersistenceLayer("sent", boto3_client=self.dynamodb),
            pause=lambda attempt: None,
        )
        answer = publish(records, outlets, cast("Any", FakeContext(self.left_ms)))
        return [item["itemIdentifier"] for item in answer["batchItemFailures"]]


@pytest.fixture
def world() -> Iterator[World]:
    """An idempotency table in moto, and fakes for the rest."""
    with mock_aws():
        dynamodb = boto3.client(
            "dynamodb",
            region_name=REGION,
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
        )
        dynamodb.create_table(
            TableName="sent",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        )
        dynamodb.create_table(
            TableName="findings",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[
                {"AttributeName": "place", "AttributeType": "S"},
                {"AttributeName": "item", "AttributeType": "S"},
            ],
            KeySchema=[
                {"AttributeName": "place", "KeyType": "HASH"},
                {"AttributeName": "item", "KeyType": "RANGE"},
            ],
        )
        yield World(dynamodb)


def record(content: Row | Alert, number: int = 100) -> Document:
    """A record of the stream, as Lambda hands it over."""
    name = (
        f"finding/{content.finding.key}"
        if isinstance(content, Row)
        else f"alert/{content.id}"
    )
    return {
        "eventID": f"event-{number}",
        "eventName": "INSERT",
        "dynamodb": {
            "Keys": {"place": {"S": PLACE}, "item": {"S": name}},
            "NewImage": {
                "place": {"S": PLACE},
                "item": {"S": name},
                "document": {"S": content.model_dump_json()},
            },
            "SequenceNumber": str(number),
            "StreamViewType": "NEW_IMAGE",
        },
    }


def test_a_row_is_imported_where_it_belongs(world: World) -> None:
    """Each finding goes to its own Region's Security Hub."""
    here, there = a_finding(), a_finding(region="us-east-1")

    assert [] == world.publish(record(a_row(here)), record(a_row(there), 101))
    assert {here.id} == world.hub().findings.keys()
    assert {there.id} == world.hub("us-east-1").findings.keys()


def test_only_the_newest_version_is_imported(world: World) -> None:
    """Two versions of one finding in a batch lead to one import of the later."""
    first, second = a_row(), a_closed_row(updated_at=a_row().updated_at)
    world.publish(record(second, 101), record(first, 100))

    assert [[first.finding.id]] == world.hub().imports
    assert "PASSED" == world.hub().findings[first.finding.id]["Compliance"]["Status"]


def test_a_closed_row_resolves_the_workflow(world: World) -> None:
    """A finding that closed is resolved, one that is open is not."""
    other = a_finding(discriminator="tcp-3389")
    world.publish(record(a_closed_row()), record(a_row(other), 101))

    assert "RESOLVED" == world.hub().status(a_finding().id)
    assert "NEW" == world.hub().status(other.id)


def test_a_closed_row_that_comes_late_resolves_nothing(world: World) -> None:
    """A batch that is handed over again hides no finding that is open once more."""
    later = a_row().updated_at + timedelta(seconds=1)
    world.publish(record(a_closed_row()))
    world.publish(record(a_row(version=3, updated_at=later), 101))
    world.hub().findings[a_finding().id]["Workflow"] = {"Status": "NEW"}  # as AWS does
    world.publish(record(a_closed_row()))

    assert "NEW" == world.hub().status(a_finding().id)


def test_an_alert_is_published_once(world: World) -> None:
    """A batch that is handed over again repeats no alert."""
    world.publish(record(an_alert()))

    assert [] == world.publish(record(an_alert(), 200))
    assert 1 == len(world.topic.messages)


def test_an_alert_that_failed_is_published_later(world: World) -> None:
    """A throttled SNS loses no alert."""
    world.topic.refusing = "Throttling"
    failed = world.publish(record(an_alert()))
    world.topic.refusing = ""

    assert ["100"] == failed
    assert [] == world.publish(record(an_alert()))
    assert 1 == len(world.topic.messages)


def test_an_alert_that_somebody_else_is_sending_waits(world: World) -> None:
    """While one invocation may still be sending, another one does not."""
    world.publish(record(an_alert()))
    (item,) = world.dynamodb.scan(TableName="sent")["Items"]
    world.dynamodb.put_item(
        TableName="sent",
        Item=item
        | {
            "status": {"S": "INPROGRESS"},
            "in_progress_expiration": {"N": str(4_000_000_000_000)},
        },
    )

    assert ["100"] == world.publish(record(an_alert()))
    assert 1 == len(world.topic.messages)


def test_an_alert_whose_sender_died_is_published(world: World) -> None:
    """The lease of an invocation that was killed ends with its time."""
    world.publish(record(an_alert()))
    (item,) = world.dynamodb.scan(TableName="sent")["Items"]
    world.dynamodb.put_item(
        TableName="sent",
        Item=item
        | {"status": {"S": "INPROGRESS"}, "in_progress_expiration": {"N": "1"}},
    )

    assert [] == world.publish(record(an_alert()))
    assert 2 == len(world.topic.messages)


def test_an_alert_that_sns_refuses_is_a_dead_letter(world: World) -> None:
    """What no repetition helps is kept, and blocks nothing."""
    world.topic.refusing = "InvalidParameter"

    assert [] == world.publish(record(an_alert()))
    assert [("alert", an_alert().id)] == [
        (letter["kind"], letter["id"]) for letter in world.queue.letters
    ]


def test_alerts_do_not_wait_for_security_hub(world: World) -> None:
    """People are told although no finding can be imported."""
    world.hub().refusing = "InternalException"
    failed = world.publish(record(a_row()), record(an_alert(), 101))

    assert ["100"] == failed
    assert 1 == len(world.topic.messages)


def test_one_regions_trouble_is_its_own(world: World) -> None:
    """A hub that fails keeps no other Region's findings back."""
    world.hub().refusing = "InternalException"
    there = a_finding(region="us-east-1")
    failed = world.publish(record(a_row(there)), record(a_row(), 101))

    assert ["101"] == failed
    assert {there.id} == world.hub("us-east-1").findings.keys()


@pytest.mark.parametrize(
    "code", ["InvalidAccessException", "AccessDeniedException", "AuthFailure"]
)
def test_a_hub_that_is_shut_holds_nothing_up(world: World, code: str) -> None:
    """Its findings are parked; the stream goes on with everybody else's."""
    world.hub().refusing = code
    there = a_finding(region="us-east-1")

    assert [] == world.publish(record(a_row()), record(a_row(there), 101))
    assert code == world.parked()
    assert "" == world.parked(f"{ACCOUNT}/us-east-1")
    assert {there.id} == world.hub("us-east-1").findings.keys()


def test_a_hub_that_is_off_says_so_of_each_finding(world: World) -> None:
    """A whole answer may succeed in which every finding failed."""
    world.hub().failing[a_finding().id] = ["InvalidAccess"]

    assert [] == world.publish(record(a_row()))
    assert "InvalidAccess" == world.parked()


def test_a_member_takes_its_own_findings(world: World) -> None:
    """Each account's findings are imported into its own Security Hub."""
    theirs = a_finding(account="444455556666")

    assert [] == world.publish(record(a_row()), record(a_row(theirs), 101))
    assert {theirs.id} == world.hub(account="444455556666").findings.keys()
    assert {a_finding().id} == world.hub().findings.keys()


def test_a_member_that_refuses_holds_nothing_up(world: World) -> None:
    """A role that cannot be assumed is as good as a Security Hub that is shut."""
    world.refusing.add("444455556666")
    theirs = a_finding(account="444455556666")

    assert [] == world.publish(record(a_row(theirs)), record(a_row(), 101))
    assert "AccessDenied" == world.parked(f"444455556666/{REGION}")
    assert {a_finding().id} == world.hub().findings.keys()


def test_what_cannot_be_parked_is_handed_over_again(world: World) -> None:
    """Nothing is let go of before it is remembered."""
    world.hub().refusing = "InvalidAccessException"
    world.dynamodb.delete_table(TableName="findings")

    assert ["100"] == world.publish(record(a_row()))


def test_the_lowest_failed_number_is_answered(world: World) -> None:
    """Lambda goes on at the first failed record, by number and not by text."""
    world.hub().refusing = "ThrottlingException"
    rows = [a_row(a_finding(discriminator=str(number))) for number in range(3)]
    records = [record(rows[n], number) for n, number in enumerate((1000, 999, 1001))]

    assert ["999"] == world.publish(*records)


def test_every_record_of_an_unfinished_finding_fails(world: World) -> None:
    """The older version's record is handed over again as well."""
    world.hub().failing[a_finding().id] = ["InternalFailure"] * 9

    assert ["100"] == world.publish(record(a_row(), 100), record(a_closed_row(), 101))


def test_a_rejected_finding_is_a_dead_letter(world: World) -> None:
    """A finding that Security Hub cannot read is kept as it was sent."""
    world.hub().failing[a_finding().id] = ["InvalidInput"]

    assert [] == world.publish(record(a_row()))
    (letter,) = world.queue.letters
    assert ("finding", a_finding().id, "InvalidInput") == (
        letter["kind"],
        letter["id"],
        letter["code"],
    )
    assert (
        "EXP-001" == json.loads(letter["document"])["ProductFields"]["ringfence/check"]
    )


def test_a_dead_letter_that_cannot_be_kept_fails_its_record(world: World) -> None:
    """Nothing is dropped: without the dead-letter queue the stream tries again."""
    world.hub().failing[a_finding().id] = ["InvalidInput"]
    world.queue.refusing = "Throttling"

    assert ["100"] == world.publish(record(a_row()))


@pytest.mark.parametrize(
    "image",
    [
        {},
        {"item": {"S": "finding/x"}},
        {"item": {"S": "finding/x"}, "document": {"S": "{}"}},
        {"item": {"S": "finding/x"}, "document": {"S": "no JSON"}},
        {"item": {"S": "alert/x"}, "document": {"N": "1"}},
        {"item": None},
    ],
    ids=str,
)
def test_an_unreadable_record_is_a_dead_letter(world: World, image: Document) -> None:
    """Garbage is kept and blocks nothing behind it."""
    bad = record(a_row())
    bad["dynamodb"]["NewImage"] = image

    assert [] == world.publish(bad, record(an_alert(), 101))
    assert ["record"] == [letter["kind"] for letter in world.queue.letters]
    assert 1 == len(world.topic.messages)


@pytest.mark.parametrize("bad", [{}, {"dynamodb": None}, {"dynamodb": []}], ids=str)
def test_a_record_that_is_none_is_a_dead_letter(world: World, bad: Document) -> None:
    """Not even the form of a record is taken for granted."""
    assert [] == world.publish(bad)
    assert 1 == len(world.queue.letters)


def test_what_expires_and_what_is_not_ours_is_let_go(world: World) -> None:
    """Removals, pending digests and the policy lead to nothing."""
    removed = record(a_row()) | {"eventName": "REMOVE"}
    del removed["dynamodb"]["NewImage"]
    policy, pending = record(a_row(), 101), record(a_row(), 102)
    policy["dynamodb"]["NewImage"]["item"] = {"S": "policy"}
    pending["dynamodb"]["NewImage"]["item"] = {"S": "pending/sweep/1"}

    assert [] == world.publish(removed, policy, pending)
    assert ({}, [], []) == (world.hubs, world.topic.messages, world.queue.letters)


def test_a_finding_that_we_cannot_write_down_is_a_dead_letter(world: World) -> None:
    """What an older version kept in another shape holds no other finding up."""
    bad = a_row(a_finding(resource="i-1", evidence={"exposures": [1]}))

    assert [] == world.publish(record(bad), record(a_row(), 101))
    assert [("finding", bad.finding.id, "AttributeError")] == [
        (letter["kind"], letter["id"], letter["code"]) for letter in world.queue.letters
    ]
    assert {a_finding().id} == world.hub().findings.keys()


def test_an_alert_that_we_cannot_write_down_is_a_dead_letter(world: World) -> None:
    """It holds no other alert up, and is not taken for sent."""
    bad = an_alert(a_row(a_finding(resource="i-1", evidence={"exposures": [{}]})))

    assert [] == world.publish(record(bad), record(an_alert(), 101))
    assert [("alert", bad.id)] == [
        (letter["kind"], letter["id"]) for letter in world.queue.letters
    ]
    assert 1 == len(world.topic.messages)
