"""What people choose in Security Hub, from the event to the table and the queue."""

import json
from datetime import date
from typing import Any

import pytest
from botocore.stub import Stubber

from functions.act import app
from ringfence.actions import Action, read_actions
from ringfence.inspect.asked import follow
from ringfence.messages import read_queue_event
from ringfence.publish.notes import HOW_TO_ACCEPT
from ringfence.store import FindingsTable, Standing
from ringfence.transitions import Row
from tests.functions.conftest import ACCOUNT, REGION, Aws, Context, event
from tests.render.samples import SWEEP, a_closed_row, a_finding, a_row

PLACE = f"{ACCOUNT}/{REGION}"


def table(aws: Aws) -> FindingsTable:
    return FindingsTable(aws.client("dynamodb"), aws.table)


def keep(aws: Aws, *rows: Row) -> None:
    """Have *rows* in the table."""
    table(aws).write(PLACE, Standing({}), lambda _: rows, cause=SWEEP)


def ours(**fields: Any) -> Row:
    return a_row(a_finding(account=ACCOUNT, **fields))


def changed(name: str, change: Any) -> Any:
    """The event *name* with its finding changed."""
    told = event(name)
    (record,) = told["Records"]
    body = json.loads(record["body"])
    change(body["detail"]["findings"][0])
    record["body"] = json.dumps(body)
    return told


def note(text: str, by: str = "alice") -> Any:
    """Write a note to the finding of an event."""
    told = {"Text": text, "UpdatedBy": by, "UpdatedAt": "2026-11-22T11:59:00Z"}
    return lambda finding: finding.update(Note=told)


def actions(told: Any) -> list[Action]:
    read, unread = read_actions(read_queue_event(told), ACCOUNT)
    assert not unread
    return list(read)


def test_an_acceptance_is_kept_with_reason_owner_and_end(
    aws: Aws, context: Context
) -> None:
    """The note gives the reason and the owner; thirty days later it is over."""
    keep(aws, ours())

    assert {"batchItemFailures": []} == app.handler(event("act.accept"), context)
    (one,) = table(aws).acceptances.of(PLACE)
    assert ("alice", date(2026, 12, 22)) == (one.owner, one.expires)
    assert one.reason == (
        "Health checks of our CDN until the move, NET-42 "
        "(accepted in Security Hub on 2026-11-22)"
    )
    assert one.covers(ours().finding)


def test_what_was_accepted_is_judged_anew(aws: Aws, context: Context) -> None:
    """The sweep says in its id that somebody asked, and what to look at."""
    keep(aws, ours())
    app.handler(event("act.accept"), context)
    (request,) = aws.messages("sweep")

    assert (ACCOUNT, REGION, ["i-0abc0abc0abc0abc0"]) == (
        request["account"],
        request["region"],
        request["looks"],
    )
    assert request["sweep"].startswith("asked-")


def test_the_same_event_again_is_the_same(aws: Aws, context: Context) -> None:
    """EventBridge and SQS deliver at least once."""
    keep(aws, ours())
    app.handler(event("act.accept"), context)
    before = table(aws).acceptances.of(PLACE)
    app.handler(event("act.accept"), context)
    one, two = aws.messages("sweep")

    assert before == table(aws).acceptances.of(PLACE)
    assert one == two


def test_to_re_evaluate_accepts_nothing(aws: Aws, context: Context) -> None:
    """A sweep follows, of a closed finding too."""
    finding = a_finding(account=ACCOUNT)
    keep(aws, a_closed_row(finding))
    app.handler(event("act.reevaluate"), context)

    assert () == table(aws).acceptances.of(PLACE)
    assert 1 == len(aws.messages("sweep"))


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ("act.accept_old_note", "the finding's note is from 2026-11-20 11:58 UTC"),
        (changed("act.accept", note("ok")), "the finding's note is no reason"),
    ],
    ids=["old", "short"],
)
def test_what_is_no_reason_accepts_nothing(
    told: Any, why: str, aws: Aws, context: Context, caplog: pytest.LogCaptureFixture
) -> None:
    """The message comes back, and ends where a person finds it; the log says why."""
    keep(aws, ours())
    answer = app.handler(event(told) if isinstance(told, str) else told, context)
    (logged,) = (vars(line)["why"] for line in caplog.records if "why" in vars(line))

    assert 1 == len(answer["batchItemFailures"])
    assert logged.startswith(why)
    assert ((), []) == (table(aws).acceptances.of(PLACE), aws.messages("sweep"))


@pytest.mark.parametrize(
    "told",
    [
        changed("act.accept", lambda finding: finding.pop("Note")),
        changed("act.accept", note(HOW_TO_ACCEPT, by="Ringfence")),
    ],
    ids=["none", "ours"],
)
def test_without_a_person_s_note_it_is_told_how(told: Any, aws: Aws) -> None:
    """Nothing is accepted for no reason, nor for the reason that we gave."""
    keep(aws, ours())
    done = follow(actions(told), table(aws))

    assert actions(told) == done.unexplained
    assert ((), {}, {}) == (done.sweeps, done.accepted, done.refused)
    assert () == table(aws).acceptances.of(PLACE)


def test_what_is_closed_is_not_accepted(aws: Aws) -> None:
    """A late or doubled event finds nothing to accept, and asks for no note."""
    keep(aws, a_closed_row(a_finding(account=ACCOUNT)))
    done = follow(actions(event("act.accept")), table(aws))

    assert ([], {}, 1) == (done.unexplained, done.accepted, len(done.sweeps))


def test_many_findings_of_a_place_are_one_sweep(aws: Aws) -> None:
    """Twenty selected findings do not have the Region read twenty times."""
    rows = [ours(resource=f"i-{number:017x}") for number in range(20)]
    keep(aws, *rows)
    told = [
        action
        for row in rows
        for action in actions(
            changed(
                "act.reevaluate",
                lambda finding, row=row: finding.update(Id=row.finding.id),
            )
        )
    ]
    done = follow(told, table(aws))
    (request,) = done.sweeps

    assert {row.finding.resource for row in rows} == set(request.looks or ())


def test_a_note_is_written_where_the_finding_is(aws: Aws, context: Context) -> None:
    """In the finding's own Region, and only after looking that there is none."""
    keep(aws, ours())
    told = changed("act.accept", lambda finding: finding.pop("Note"))
    (action,) = actions(told)
    found = {"Findings": [{"Id": action.finding, "ProductArn": action.product}]}
    client = aws.client("securityhub")
    with Stubber(client) as stub:
        stub.add_response("get_findings", _as_model(found))
        stub.add_response(
            "batch_update_findings",
            {"ProcessedFindings": [], "UnprocessedFindings": []},
            {
                "FindingIdentifiers": [
                    {"Id": action.finding, "ProductArn": action.product}
                ],
                "Note": {"Text": HOW_TO_ACCEPT, "UpdatedBy": "Ringfence"},
            },
        )
        answer = app.handler(told, context)
        stub.assert_no_pending_responses()

    assert {"batchItemFailures": []} == answer


def test_a_note_that_cannot_be_written_holds_up_no_other(
    aws: Aws, context: Context
) -> None:
    """Its message alone comes back; what else was chosen is done."""
    keep(aws, ours())
    told = changed("act.accept", lambda finding: finding.pop("Note"))
    (other,) = event("act.reevaluate")["Records"]
    told["Records"].append(other | {"messageId": "other"})
    client = aws.client("securityhub")
    with Stubber(client) as stub:
        stub.add_client_error("get_findings", "AccessDeniedException")
        answer = app.handler(told, context)

    assert [told["Records"][0]["messageId"]] == [
        item["itemIdentifier"] for item in answer["batchItemFailures"]
    ]
    assert 1 == len(aws.messages("sweep"))


def _as_model(found: Any) -> Any:
    """A finding with the fields that the API's model requires."""
    required = {
        "SchemaVersion": "2018-10-08",
        "GeneratorId": "g",
        "AwsAccountId": ACCOUNT,
        "CreatedAt": "2026-11-22T12:00:00Z",
        "UpdatedAt": "2026-11-22T12:00:00Z",
        "Title": "t",
        "Description": "d",
        "Resources": [{"Type": "Other", "Id": "x"}],
    }
    return {"Findings": [one | required for one in found["Findings"]]}
