"""Changes are judged where what they changed counts, wherever they are told."""

import json
from typing import Any

import pytest

from functions.inspect import app
from tests.functions.conftest import ACCOUNT, REGION, Aws, Context, event
from tests.functions.test_members import (
    MEMBER,
    Member,
    places,
    sweep,
    watched,  # noqa: F401 - the fixture
)
from tests.functions.test_sweep import upload_certificate

OTHER = "eu-central-1"
HOME = f"{ACCOUNT}/{REGION}"


def messages(*bodies: Any) -> dict[str, Any]:
    """Give a batch of the change queue's."""
    template = event("change.omitted_parameters")["Records"][0]
    records = [
        template
        | {
            "messageId": f"m-{number}",
            "receiptHandle": f"r-{number}",
            "body": json.dumps(body),
        }
        for number, body in enumerate(bodies)
    ]
    return {"Records": records}


def told(
    service: str, name: str, region: str, account: str = ACCOUNT
) -> dict[str, Any]:
    """Give the event of a call that alice made, as that *region* tells it."""
    body: Any = json.loads(
        event("change.omitted_parameters")["Records"][0]["body"].replace(
            ACCOUNT, account
        )
    )
    body["region"] = region
    body["detail"] |= {
        "eventSource": f"{service}.amazonaws.com",
        "eventName": name,
        "awsRegion": region,
        "eventID": f"{service}-{name}",
    }
    return body  # type: ignore[no-any-return]


UPLOADED = ("iam", "UploadServerCertificate", "us-east-1")


def expired(aws: Aws) -> list[str]:
    """Where a certificate is told that ran out."""
    return [
        place
        for place, keys in places(aws).items()
        if any("CERT-001" in key for key in keys)
    ]


def test_a_certificate_in_iam_is_judged_where_ringfence_runs(
    aws: Aws, context: Context
) -> None:
    """Its record is of us-east-1, which is not swept: nothing is said of that."""
    upload_certificate(aws)
    answer = app.change(messages(told(*UPLOADED)), context)

    assert {"batchItemFailures": []} == answer
    assert [HOME] == expired(aws)
    assert [HOME] == list(places(aws))
    (row,) = aws.documents("finding/CERT-001")
    (change,) = row["cause"]["changes"]
    assert "alice, role Admin (SSO)" == change["who"]


@pytest.mark.parametrize(
    "call", [UPLOADED, ("globalaccelerator", "AddEndpoints", "us-west-2")]
)
def test_what_counts_in_each_region_is_judged_in_each(
    aws: Aws,
    context: Context,
    monkeypatch: pytest.MonkeyPatch,
    call: tuple[str, str, str],
) -> None:
    """By a message for each that a sweep has read, with who did it."""
    monkeypatch.setenv("REGIONS", f"{OTHER},ap-south-1")
    sweep(context, ACCOUNT, REGION)
    sweep(context, ACCOUNT, OTHER)
    upload_certificate(aws)
    answer = app.change(messages(told(*call)), context)
    untouched = expired(aws)
    apart = aws.messages("change")
    app.change(messages(*apart), context)

    assert {"batchItemFailures": []} == answer
    assert [] == untouched
    assert [OTHER, REGION] == [body["change"]["region"] for body in apart]
    assert [HOME] == expired(aws)
    assert {HOME, f"{ACCOUNT}/{OTHER}"} == set(places(aws))
    assert [] == aws.messages("change")


def test_each_of_them_comes_again_by_itself(
    aws: Aws, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that is refused keeps no other from being judged, or done with."""
    monkeypatch.setenv("REGIONS", OTHER)
    sweep(context, ACCOUNT, REGION)
    sweep(context, ACCOUNT, OTHER)
    app.change(messages(told(*UPLOADED)), context)
    away, home = aws.messages("change")
    upload_certificate(aws)
    away["change"]["account"] = "not an account"
    answer = app.change(messages(away, home), context)

    assert [{"itemIdentifier": "m-0"}] == answer["batchItemFailures"]
    assert [HOME] == expired(aws)


def test_a_name_is_judged_where_zones_are_read(
    aws: Aws, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once for each account, so there is nothing to part."""
    monkeypatch.setenv("REGIONS", f"us-east-1,{OTHER}")
    upload_certificate(aws)
    record = told("route53", "ChangeResourceRecordSets", "us-east-1")
    app.change(messages(record), context)

    assert [HOME] == list(places(aws)) == expired(aws)


def test_a_region_that_is_not_swept_is_let_alone(aws: Aws, context: Context) -> None:
    """Whoever has member.yaml there for what is global wants nothing else of it."""
    region_s_own = told("ec2", "AuthorizeSecurityGroupIngress", "us-east-1")
    answer = app.change(messages(region_s_own), context)

    assert {"batchItemFailures": []} == answer
    assert {} == places(aws)


@pytest.mark.usefixtures("watched")
def test_a_members_certificate_is_judged_in_the_member(
    aws: Aws, context: Context
) -> None:
    """In the Region where Ringfence runs, with the member's own role."""
    upload_certificate(Member())  # type: ignore[arg-type]
    app.change(messages(told(*UPLOADED, account=MEMBER)), context)

    assert [f"{MEMBER}/{REGION}"] == expired(aws)


def test_a_message_for_a_region_that_is_swept_no_more_is_let_go(
    aws: Aws, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stack was changed while it waited."""
    monkeypatch.setenv("REGIONS", OTHER)
    sweep(context, ACCOUNT, OTHER)
    app.change(messages(told(*UPLOADED)), context)
    apart = aws.messages("change")
    monkeypatch.setenv("REGIONS", "")
    app.change_settings.cache_clear()
    upload_certificate(aws)
    app.change(messages(*(one for one in apart if OTHER in json.dumps(one))), context)

    assert 2 == len(apart)
    assert [] == expired(aws)
