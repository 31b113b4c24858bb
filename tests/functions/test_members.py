"""Sweeps and changes of other accounts, and what is said where there is no way in."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from moto.iam.models import iam_backends

from functions.inspect import app
from functions.publish import app as publish_app
from local import moto_security_hub
from ringfence import clients
from ringfence.members import Members
from ringfence.parked import ParkedPlaces
from tests.functions.conftest import ACCOUNT, REGION, Aws, Context, event
from tests.functions.test_change import alerts, new_group, open_port, told
from tests.functions.test_sweep import open_group
from tests.opened import open_ssh

MEMBER = "444455556666"
OTHER = "777788889999"


@pytest.fixture
def watched(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Aws:
    """The stack, which watches two other accounts; keys tell them apart."""
    monkeypatch.setenv("ACCOUNTS", f"{MEMBER},{OTHER}")
    iam = aws.client("iam")
    iam.create_user(UserName="stack")
    made = iam.create_access_key(UserName="stack")["AccessKey"]["AccessKeyId"]
    keys = iam_backends[ACCOUNT]["aws"].access_keys
    keys["AKIAEXAMPLE"] = keys[made]  # what moto takes a made-up key for
    monkeypatch.delenv("MOTO_ACCOUNT_ID")
    moto_security_hub.install()
    monkeypatch.setattr(moto_security_hub, "_hubs", {})
    return aws


class Member:
    """Another account, as its administrator sees it."""

    def __init__(self, account: str = MEMBER) -> None:
        self._session = Members(
            sts=clients.client("sts", REGION),
            role="administrator",
            external_id="none",
            session_name="setting-up",
            now=app.now,
        ).session(account)

    def client(self, service: str, region: str = REGION) -> Any:
        return clients.client_of(self._session, service, region)


class Door:
    """Turns calls of some operations away with a code, in some Regions."""

    def __init__(self) -> None:
        self.refused: dict[str, str] = {}

    def __call__(self, request: Any, event_name: str, **_: Any) -> AWSResponse | None:
        operation = event_name.rpartition(".")[2]
        code = self.refused.get(operation)
        if code is None:
            return None
        body = (
            f"<Response><Errors><Error><Code>{code}</Code><Message>no</Message>"
            "</Error></Errors></Response>"
            if operation.startswith("Describe")
            else f"<ErrorResponse><Error><Code>{code}</Code><Message>no</Message>"
            "</Error></ErrorResponse>"
        )
        return AWSResponse(request.url, 403, HTTPHeaders(), _Raw(body.encode()))


class _Raw:
    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self._body


@pytest.fixture
def sts_door(watched: Aws) -> Iterator[Door]:
    door = Door()
    events = watched.client("sts").meta.events
    events.register_first("before-send.sts.AssumeRole", door)
    yield door
    events.unregister("before-send.sts.AssumeRole", door)


def sweep(context: Context, account: str = MEMBER, region: str = REGION) -> Any:
    message = event("sweep.one_region")
    record = message["Records"][0]
    body = json.loads(record["body"]) | {"account": account, "region": region}
    record["body"] = json.dumps(body)
    return app.sweep(message, context)


def places(aws: Aws) -> dict[str, list[str]]:
    """The findings' keys by place."""
    found: dict[str, list[str]] = {}
    for item in aws.client("dynamodb").scan(TableName=aws.table)["Items"]:
        if item["item"]["S"].startswith("finding/"):
            row = json.loads(item["document"]["S"])
            if row["is_open"]:
                key = item["item"]["S"].removeprefix("finding/")
                found.setdefault(item["place"]["S"], []).append(key)
    return found


def own(aws: Aws) -> list[str]:
    """What is said of other accounts, in the hub's own place."""
    keys = places(aws).get(f"{ACCOUNT}/{REGION}", [])
    return sorted(key for key in keys if key[:6] in ("RF-015", "RF-016"))


def test_a_member_is_read_with_its_own_role(watched: Aws, context: Context) -> None:
    """Its findings stand in its own place, and the hub's estate is not mixed in."""
    open_group(watched)
    theirs = open_ssh(Member().client("ec2"), "theirs")
    sweep(context)
    found = [key for key in places(watched)[f"{MEMBER}/{REGION}"] if "SG-001" in key]

    assert [theirs] == [key.split("/")[1] for key in found]


def test_a_strangers_message_is_refused(watched: Aws, context: Context) -> None:
    """Only accounts that the owner lists are entered."""
    answer = sweep(context, account="999999999999")

    assert 1 == len(answer["batchItemFailures"])
    assert {} == places(watched)


def test_what_is_global_is_read_once_for_each_account(
    watched: Aws, context: Context
) -> None:
    """A member's certificate in IAM is told in one of its Regions."""
    from tests.functions.test_sweep import upload_certificate  # noqa: PLC0415

    upload_certificate(Member())  # type: ignore[arg-type]
    sweep(context, region="us-east-1")
    sweep(context)
    found = {
        place: [key for key in keys if "CERT-001" in key]
        for place, keys in places(watched).items()
    }

    assert 1 == len(found[f"{MEMBER}/{REGION}"])
    assert [] == found.get(f"{MEMBER}/us-east-1", [])


def test_an_account_that_refuses_is_one_finding(
    watched: Aws, context: Context, sts_door: Door
) -> None:
    """Whichever Regions are swept, and it closes when the role lets us in."""
    sts_door.refused["AssumeRole"] = "AccessDenied"
    answers = [enrol(watched, context, accounts=[ACCOUNT, MEMBER])]
    answers += [sweep(context), sweep(context, region="us-east-1")]
    refused = own(watched)
    sts_door.refused.clear()
    enrol(watched, context)

    assert [{"batchItemFailures": []}] * 3 == answers
    assert [f"RF-015/{MEMBER}"] == refused
    assert [] == [key for key in own(watched) if "RF-015" in key]


def test_all_accounts_that_refuse_are_one_alert_at_once(
    watched: Aws, context: Context, sts_door: Door
) -> None:
    """Not by the digest, which does not repeat it; that they let us in is one, too."""
    enrol(watched, context)
    quiet = alerts(watched)
    sts_door.refused["AssumeRole"] = "AccessDenied"
    enrol(watched, context)
    [shut] = alerts(watched)
    for account in (MEMBER, OTHER):
        sweep(context, account)
    enrol(watched, context)
    still = alerts(watched)
    sts_door.refused.clear()
    enrol(watched, context)
    opened = [alert for alert in alerts(watched) if alert != shut]
    waiting = watched.items("pending/") + watched.items("harvest/")

    assert ([], [shut]) == (quiet, still)
    assert ("roster", {"opened": {"HIGH": 2}}) == (
        shut["cause"]["kind"],
        shut["counts"],
    )
    assert [{"closed": {"HIGH": 2}}] == [alert["counts"] for alert in opened]
    assert [] == waiting


def test_a_door_is_tried_though_it_was_open_before(
    watched: Aws, context: Context, sts_door: Door
) -> None:
    """Credentials that are kept say nothing of today."""
    sweep(context)
    sts_door.refused["AssumeRole"] = "AccessDenied"
    enrol(watched, context, accounts=[ACCOUNT, MEMBER])

    assert f"RF-015/{MEMBER}" in own(watched)


def test_a_person_who_asks_is_told_of_the_account(
    watched: Aws, context: Context, sts_door: Door
) -> None:
    """No roster belongs to what a person asked for."""
    sts_door.refused["AssumeRole"] = "AccessDenied"
    message = event("sweep.one_region")
    body = json.loads(message["Records"][0]["body"])
    body |= {"account": MEMBER, "looks": []}
    message["Records"][0]["body"] = json.dumps(body)
    app.sweep(message, context)

    assert [f"RF-015/{MEMBER}"] == own(watched)
    assert ["asked"] == [alert["cause"]["kind"] for alert in alerts(watched)]


def test_a_door_that_is_throttled_hides_no_other(
    watched: Aws, context: Context, sts_door: Door
) -> None:
    """The others are told, and the roster comes again."""
    sts_door.refused["AssumeRole"] = "AccessDenied"
    enrol(watched, context)
    sts_door.refused["AssumeRole"] = "ExpiredToken"

    with pytest.raises(Exception, match="ExpiredToken"):
        enrol(watched, context, inactive=[["999999999999", "SUSPENDED"]])

    assert {f"RF-015/{name}" for name in (MEMBER, OTHER, "999999999999")} == set(
        own(watched)
    )


def test_a_throttled_sts_is_tried_again(
    watched: Aws, context: Context, sts_door: Door
) -> None:
    """That is no refusal: the message comes back."""
    sts_door.refused["AssumeRole"] = "ExpiredToken"

    with pytest.raises(Exception, match="ExpiredToken"):
        sweep(context)

    assert [] == own(watched)


def test_findings_of_an_unreadable_account_stay(
    watched: Aws, context: Context, sts_door: Door
) -> None:
    """Not read is not gone."""
    sweep(context)
    before = places(watched)[f"{MEMBER}/{REGION}"]
    sts_door.refused["AssumeRole"] = "AccessDenied"
    app.members.cache_clear()
    sweep(context)

    assert before
    assert before == places(watched)[f"{MEMBER}/{REGION}"]


def test_a_disabled_region_is_told_and_no_other_suffers(
    watched: Aws, context: Context
) -> None:
    """One finding, not one for each API that does not answer there."""
    door = Door()
    door.refused["DescribeRegions"] = "AuthFailure"
    sweep(context)
    session = app.members("RingfenceMember", "ringfence", REGION, "sweep").session(
        MEMBER
    )
    events = clients.client_of(session, "ec2", "us-east-1").meta.events
    events.register_first("before-send.ec2.DescribeRegions", door)
    sweep(context, region="us-east-1")
    sweep(context, account=OTHER, region="us-east-1")

    assert [f"RF-015/{MEMBER}/us-east-1"] == [
        key for key in own(watched) if "RF-015" in key
    ]
    assert f"{MEMBER}/us-east-1" not in places(watched)
    assert f"{OTHER}/us-east-1" in places(watched)


def test_a_place_without_security_hub_is_told(watched: Aws, context: Context) -> None:
    """Its estate is judged all the same; it closes once Security Hub is there."""
    sweep(context)
    off = own(watched)
    judged = bool(places(watched)[f"{MEMBER}/{REGION}"])
    Member().client("securityhub").enable_security_hub()
    sweep(context)

    assert ([f"RF-016/{MEMBER}/{REGION}"], True) == (off, judged)
    assert [] == own(watched)


def test_a_change_in_a_member_is_judged_there(watched: Aws, context: Context) -> None:
    """The event says whose it is; the verdict comes from that account's answers."""
    group = new_group(Member())  # type: ignore[arg-type]
    rule = open_port(Member(), group, 22)  # type: ignore[arg-type]
    message = told((group, rule))
    for record in message["Records"]:
        record["body"] = record["body"].replace(ACCOUNT, MEMBER)
    answer = app.change(message, context)

    assert [] == answer["batchItemFailures"]
    assert any(group in key for key in places(watched)[f"{MEMBER}/{REGION}"])


def test_a_change_in_an_account_that_refuses_is_told(
    watched: Aws, context: Context, sts_door: Door
) -> None:
    """At once, and the changes of the others are judged."""
    sts_door.refused["AssumeRole"] = "AccessDenied"
    group = new_group(watched)
    rule = open_port(watched, group, 22)
    message = told((group, rule), ("sg-0fedcba9876543210", "sgr-0fedcba9876543210"))
    message["Records"][1]["body"] = message["Records"][1]["body"].replace(
        ACCOUNT, MEMBER
    )
    answer = app.change(message, context)

    assert [] == answer["batchItemFailures"]
    assert [f"RF-015/{MEMBER}"] == own(watched)
    assert any(group in key for key in places(watched)[f"{ACCOUNT}/{REGION}"])


def enrol(aws: Aws, context: Context, **told: Any) -> Any:
    """Hand the roster of a sweep over."""
    body = {
        "kind": "roster",
        "sweep": "sweep-1",
        "account": ACCOUNT,
        "region": REGION,
        "accounts": [ACCOUNT, MEMBER, OTHER],
        "regions": [REGION],
    }
    message = event("sweep.one_region")
    message["Records"][0]["body"] = json.dumps(body | told)
    return app.sweep(message, context)


def test_who_is_left_out_is_told(watched: Aws, context: Context) -> None:
    """A suspended account and a silent organisation are findings, and they close."""
    enrol(
        watched,
        context,
        inactive=[["999999999999", "SUSPENDED"]],
        trouble="AccessDeniedException",
    )
    left_out = own(watched)
    enrol(watched, context)

    assert ["RF-015/999999999999", "RF-015/organization"] == left_out
    assert [] == own(watched)


def test_what_was_said_of_an_account_that_left_closes(
    watched: Aws, context: Context, sts_door: Door
) -> None:
    """Nobody sweeps it any more, so nobody else would close it; a doubt closes none."""
    sts_door.refused["AssumeRole"] = "AccessDenied"
    enrol(watched, context, accounts=[ACCOUNT, MEMBER])
    stays = own(watched)
    enrol(watched, context, accounts=[ACCOUNT], trouble="AccessDeniedException")
    doubtful = own(watched)
    enrol(watched, context, accounts=[ACCOUNT])

    assert [f"RF-015/{MEMBER}"] == stays
    assert [f"RF-015/{MEMBER}", "RF-015/organization"] == doubtful
    assert [] == own(watched)


def test_a_region_that_is_swept_no_more_is_not_said_to_be_shut(
    watched: Aws, context: Context
) -> None:
    """It was taken out of the stack's Regions, as the finding advises."""
    sweep(context, region="us-east-1")
    before = own(watched)
    enrol(watched, context)

    assert [f"RF-016/{MEMBER}/us-east-1"] == before
    assert [] == own(watched)


def publish_all(aws: Aws, context: Context) -> Any:
    """Hand over all rows that there are, as the stream would."""
    items = aws.client("dynamodb").scan(TableName=aws.table)["Items"]
    records = [
        {
            "eventName": "INSERT",
            "dynamodb": {"NewImage": item, "SequenceNumber": str(number)},
        }
        for number, item in enumerate(items, 1)
        if item["item"]["S"].startswith("finding/")
    ]
    return publish_app.handler({"Records": records}, context)


def shown(account: str = MEMBER) -> set[str]:
    """The ids of the findings that Security Hub shows there."""
    hub = Member(account).client("securityhub")
    return {finding["Id"] for finding in hub.get_findings()["Findings"]}


def test_what_waited_is_shown_once_security_hub_is_enabled(
    watched: Aws, context: Context
) -> None:
    """Parked first, for nothing is lost; by the sweep after that it is sent again."""
    Member(OTHER).client("securityhub").enable_security_hub()
    sweep(context)
    sweep(context, account=OTHER)
    held_up = publish_all(watched, context)["batchItemFailures"]
    parked = ParkedPlaces(watched.client("dynamodb"), watched.table)
    waiting = parked.of(f"{MEMBER}/{REGION}")
    others = shown(OTHER)
    versions = {key: row["version"] for key, row in rows_of(watched).items()}
    Member().client("securityhub").enable_security_hub()
    sweep(context)
    publish_all(watched, context)

    assert [] == held_up
    assert waiting is not None
    assert "InvalidAccessException" == waiting.code
    assert others
    assert versions.keys() == shown()
    assert None is parked.of(f"{MEMBER}/{REGION}")
    assert {key: version + 1 for key, version in versions.items()} == {
        key: row["version"] for key, row in rows_of(watched).items()
    }


def rows_of(aws: Aws, place: str = f"{MEMBER}/{REGION}") -> dict[str, Any]:
    """The rows of a place, by the id of the finding."""
    found = {}
    for item in aws.client("dynamodb").scan(TableName=aws.table)["Items"]:
        is_row = item["item"]["S"].startswith("finding/")
        if item["place"]["S"] == place and is_row:
            row = json.loads(item["document"]["S"])
            key = item["item"]["S"].removeprefix("finding/")
            found[f"ringfence/{place}/{key}"] = row
    return found


def test_an_import_that_is_denied_is_told_until_it_succeeds(
    watched: Aws, context: Context
) -> None:
    """Security Hub is enabled there, and yet it shows nothing."""
    Member().client("securityhub").enable_security_hub()
    place = f"{MEMBER}/{REGION}"
    ParkedPlaces(watched.client("dynamodb"), watched.table).park(place, "AccessDenied")
    sweep(context)
    told_of = own(watched)
    sweep(context)

    assert [f"RF-016/{place}"] == told_of
    assert [] == own(watched)


def test_nothing_is_told_again_when_it_is_sent_again(
    watched: Aws, context: Context
) -> None:
    """Alerts are about what happened, and nothing did."""
    Member().client("securityhub").enable_security_hub()
    sweep(context)
    before = watched.items("alert/")
    place = f"{MEMBER}/{REGION}"
    parked = ParkedPlaces(watched.client("dynamodb"), watched.table)
    parked.park(place, "InvalidAccessException")
    sweep(context)

    assert before == watched.items("alert/")
