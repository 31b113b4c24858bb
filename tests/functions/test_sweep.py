"""Sweeping a Region, with its policy and its probes."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.inspect import app
from functions.plan import app as plan
from ringfence.inspect import reread
from ringfence.messages import SweepRequest
from ringfence.store import FindingsTable
from tests.functions.conftest import ACCOUNT, REGION, Aws, Context, a_hub, event
from tests.inventory.estate import pages
from tests.opened import open_ssh

POLICY = """
endpoints:
  - {host: bitbucket.example.com}
  - {host: jira.example.com, port: 8443}
"""


def sweep(context: Context) -> Any:
    return app.sweep(event("sweep.one_region"), context)


def open_group(aws: Aws) -> str:
    """Make a group that is open to the world for SSH."""
    return open_ssh(aws.client("ec2"))


def set_policy(aws: Aws, text: str) -> None:
    aws.client("ssm").put_parameter(Name=aws.parameter, Value=text, Overwrite=True)


def test_an_open_group_is_found(aws: Aws, context: Context) -> None:
    """What is bad when the sweep looks stands in the table afterwards."""
    group = open_group(aws)
    sweep(context)

    assert [key for key in aws.items("finding/SG-001/") if group in key]


def stored(aws: Aws) -> list[Any]:
    """All that the table holds, but for when the place was read and judged."""
    items: list[Any] = aws.client("dynamodb").scan(TableName=aws.table)["Items"]
    return [
        item
        for item in items
        if "read_at" not in item and not item["item"]["S"].startswith("finding-mark/")
    ]


def test_its_digest_waits_for_the_end(aws: Aws, context: Context) -> None:
    """A place that was read leaves one harvest, no alert, and nothing pending."""
    open_group(aws)
    sweep(context)

    assert (1, [], []) == (
        len(aws.items("harvest/")),
        aws.items("alert/"),
        aws.items("pending/"),
    )
    assert [f"place/{ACCOUNT}/{REGION}"] == aws.items("place/")


def test_the_same_again_writes_nothing(aws: Aws, context: Context) -> None:
    """A second sweep of an unchanged estate leaves the table as it is."""
    open_group(aws)
    sweep(context)
    before = stored(aws)
    sweep(context)

    assert before == stored(aws)


def test_a_message_of_a_superseded_sweep_is_let_go(aws: Aws, context: Context) -> None:
    """The newer sweep reads the same; otherwise a backlog would never end."""
    open_group(aws)
    plan.handler({"scheduled_at": "2026-11-22T13:00:00Z"}, context)
    answer = sweep(context)

    assert ([], []) == (answer["batchItemFailures"], aws.items("finding/"))


def test_who_left_is_told_and_closed_a_week_later(
    aws: Aws, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its findings stay for the week, and then go with a word in the digest."""
    elsewhere = f"{ACCOUNT}/us-east-1"
    monkeypatch.setenv("REGIONS", f"{REGION},us-east-1")
    plan.handler(event("plan.scheduled"), context)
    message = event("sweep.one_region")
    message["Records"][0]["body"] = message["Records"][0]["body"].replace(
        REGION, "us-east-1"
    )
    app.sweep(message, context)
    table = FindingsTable(aws.client("dynamodb"), aws.table)
    known = [row for row in table.rows(elsewhere).values() if row.is_open]
    plan.settings.cache_clear()
    monkeypatch.setenv("REGIONS", REGION)
    plan.handler({"scheduled_at": "2026-11-22T13:00:00Z"}, context)
    today = datetime.now(UTC)  # noqa: TID251 - the function has its own clock
    told = []
    for days in (1, 6, 8, 9):
        sweep_at(aws, today + timedelta(days=days))
        is_open = [row.is_open for row in table.rows(elsewhere).values()]
        told.append((sum(is_open), _open(table, "RF-017")))

    assert known
    assert [(len(known), 1), (len(known), 1), (0, 0), (0, 0)] == told
    assert {"the account or Region is no longer watched"} == {
        row.closed_because for row in table.rows(elsewhere).values()
    }
    assert [f"place/{ACCOUNT}/{REGION}"] == aws.items("place/")


def _open(table: FindingsTable, check: str) -> int:
    rows = table.rows(f"{ACCOUNT}/{REGION}").values()
    return sum(row.is_open and row.finding.check == check for row in rows)


def test_each_endpoint_is_to_be_probed(aws: Aws, context: Context) -> None:
    """The policy's endpoints get a probe after each sweep of the stack's Region."""
    set_policy(aws, POLICY)
    sweep(context)
    asked = sorted(aws.messages("probe"), key=lambda message: message["host"])

    assert [
        (ACCOUNT, REGION, host, port, ["policy"])
        for host, port in (("bitbucket.example.com", 443), ("jira.example.com", 8443))
    ] == [
        tuple(one[key] for key in ("account", "region", "host", "port", "found_by"))
        for one in asked
    ]


def test_looks_are_spread_and_each_comes_at_its_own_time(
    aws: Aws, context: Context
) -> None:
    """Hundreds of endpoints are no burst, and each is looked at evenly."""
    hosts = [f"h{number}.example.com" for number in range(60)]
    listed = ", ".join(f"{{host: {host}}}" for host in hosts)
    set_policy(aws, f"endpoints: [{listed}]")
    sweep(context)
    delays = aws.delays("probe")
    sweep(context)

    assert delays + delays == aws.delays("probe")
    assert len(set(delays)) > 50
    assert max(delays) <= 900
    assert [] != [one for one in delays if one > 600]
    assert [] != [one for one in delays if one < 300]


def test_what_is_asked_for_is_remembered(aws: Aws, context: Context) -> None:
    """So that a look that never happens can be told."""
    set_policy(aws, POLICY)
    sweep(context)
    before = aws.items("look/")
    kept = stored(aws)
    sweep(context)

    assert ["look/bitbucket.example.com:443", "look/jira.example.com:8443"] == before
    assert kept == stored(aws)


def test_a_look_that_never_happens_is_told(aws: Aws, context: Context) -> None:
    """Two periods later, and not before; no certificate passes meanwhile."""
    set_policy(aws, POLICY)
    start = datetime(2026, 11, 22, 12, tzinfo=UTC)
    found = []
    for hours in (0, 2.2, 2.3):
        time = start + timedelta(hours=hours)
        sweep_at(aws, time)
        found.append(aws.items("finding/RF-011"))

    assert [[], [], ["finding/RF-011/probes"]] == found


def sweep_at(aws: Aws, time: datetime) -> None:
    """Sweep as is done every hour, as if it were *time*."""
    request = SweepRequest(account=ACCOUNT, region=REGION, sweep="sweep-1")
    reread.sweep(request, a_hub(aws, time), timedelta(hours=1))


def test_where_a_record_led_is_remembered(aws: Aws, context: Context) -> None:
    """The address that is ours today may be a stranger's tomorrow: then it is told."""
    ec2, route53 = aws.client("ec2"), aws.client("route53")
    address = ec2.allocate_address(Domain="vpc")
    zone = route53.create_hosted_zone(Name="example.com", CallerReference="1")
    record = {
        "Name": "git.example.com",
        "Type": "A",
        "TTL": 60,
        "ResourceRecords": [{"Value": address["PublicIp"]}],
    }
    route53.change_resource_record_sets(
        HostedZoneId=zone["HostedZone"]["Id"],
        ChangeBatch={"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]},
    )
    sweep(context)
    held, dangling = aws.items("held/"), aws.items("finding/DNS-001")
    ec2.release_address(AllocationId=address["AllocationId"])
    sweep(context)

    assert ([f"held/{address['PublicIp']}"], []) == (held, dangling)
    assert [f"finding/DNS-001/git.example.com/A-{address['PublicIp']}"] == aws.items(
        "finding/DNS-001"
    )


def test_other_regions_ask_for_no_probe(aws: Aws, context: Context) -> None:
    """One probe per endpoint is enough, however many Regions are swept."""
    set_policy(aws, POLICY)
    message = event("sweep.one_region")
    message["Records"][0]["body"] = message["Records"][0]["body"].replace(
        REGION, "us-east-1"
    )
    app.sweep(message, context)

    assert [] == aws.messages("probe")


def upload_certificate(aws: Aws) -> None:
    """Leave one in IAM that nothing uses; moto says of each that it ran out in 2012."""
    (body,) = (
        told["ServerCertificate"]["CertificateBody"]
        for told in pages()["iam.get_server_certificate"].values()
    )
    aws.client("iam").upload_server_certificate(
        ServerCertificateName="old", CertificateBody=body, PrivateKey="-"
    )


def test_what_belongs_to_no_region_is_told_in_the_stack_s_own(
    aws: Aws, context: Context
) -> None:
    """The same certificate would be a finding in each Region that is swept."""
    upload_certificate(aws)
    message = event("sweep.one_region")
    message["Records"][0]["body"] = message["Records"][0]["body"].replace(
        REGION, "us-east-1"
    )
    app.sweep(message, context)

    assert [] == aws.items("finding/CERT-001")

    sweep(context)

    assert 1 == len(aws.items("finding/CERT-001"))


def test_a_broken_policy_leaves_the_last_good_one(aws: Aws, context: Context) -> None:
    """A policy that does not validate is a finding; the one before stays in force."""
    set_policy(aws, POLICY)
    sweep(context)
    aws.messages("probe")
    set_policy(aws, "endpoints: {oops")
    sweep(context)

    assert (2, ["finding/RF-003/policy"]) == (
        len(aws.messages("probe")),
        aws.items("finding/RF-003"),
    )


def test_a_missing_policy_is_a_finding(aws: Aws, context: Context) -> None:
    """A parameter that is gone is said, and the sweep goes on."""
    aws.client("ssm").delete_parameter(Name=aws.parameter)
    sweep(context)

    assert ["finding/RF-003/policy"] == aws.items("finding/RF-003")


def test_a_stated_version_is_judged_without_a_look(aws: Aws, context: Context) -> None:
    """And the finding closes when the tag says that it was upgraded."""
    ec2 = aws.client("ec2")
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    [made] = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1)["Instances"]
    node = made["InstanceId"]

    def state(version: str) -> None:
        tags = {"Name": "confluence-prod", "ringfence:version": version}
        pairs = [{"Key": key, "Value": value} for key, value in tags.items()]
        ec2.create_tags(Resources=[node], Tags=pairs)
        sweep(context)

    def row() -> Any:
        answer = aws.client("dynamodb").get_item(
            TableName=aws.table,
            Key={
                "place": {"S": f"{ACCOUNT}/{REGION}"},
                "item": {"S": f"finding/VER-001/{node}"},
            },
        )
        return json.loads(answer["Item"]["document"]["S"])

    state("8.5.3")
    assert row()["is_open"]
    state("99.0.0")
    assert (False, "PASSED") == (row()["is_open"], row()["closed_as"])


def test_a_stated_version_of_what_is_gone_is_archived(
    aws: Aws, context: Context
) -> None:
    """Nothing else would close it: no probe looks there."""
    ec2 = aws.client("ec2")
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    [made] = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1)["Instances"]
    node = made["InstanceId"]
    tags = {"Name": "confluence-prod", "ringfence:version": "8.5.3"}
    pairs = [{"Key": key, "Value": value} for key, value in tags.items()]
    ec2.create_tags(Resources=[node], Tags=pairs)
    sweep(context)
    ec2.terminate_instances(InstanceIds=[node])
    sweep(context)

    answer = aws.client("dynamodb").get_item(
        TableName=aws.table,
        Key={
            "place": {"S": f"{ACCOUNT}/{REGION}"},
            "item": {"S": f"finding/VER-001/{node}"},
        },
    )
    assert "ARCHIVED" == json.loads(answer["Item"]["document"]["S"])["closed_as"]


def test_an_image_that_goes_is_told_with_its_day(aws: Aws, context: Context) -> None:
    """The sweep before remembered it; AWS says nothing any more."""
    ec2 = aws.client("ec2")
    base = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    [first] = ec2.run_instances(ImageId=base, MinCount=1, MaxCount=1)["Instances"]
    own = ec2.create_image(InstanceId=first["InstanceId"], Name="golden-7")["ImageId"]
    [made] = ec2.run_instances(ImageId=own, MinCount=1, MaxCount=1)["Instances"]
    sweep(context)
    ec2.deregister_image(ImageId=own)
    sweep(context)

    [key] = aws.items(f"finding/AMI-003/{made['InstanceId']}")
    answer = aws.client("dynamodb").get_item(
        TableName=aws.table,
        Key={"place": {"S": f"{ACCOUNT}/{REGION}"}, "item": {"S": key}},
    )
    finding = json.loads(answer["Item"]["document"]["S"])["finding"]
    assert f"runs from {own} (golden-7), which is deregistered" in finding["message"]
    assert ", as remembered from 20" in finding["message"]
