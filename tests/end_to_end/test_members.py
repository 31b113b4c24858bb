"""Thirty accounts in three Regions: each for itself, whatever befalls the others."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from local import images
from local.account import TEMPLATE
from local.certificates import Authority
from local.cloudtrail import Person
from local.deploy import Stack, deploy
from local.members import Member, join
from local.members import deploy as deploy_member
from local.runner import Runner, running
from local.server import ACCOUNT, REGION, Server, started
from ringfence.messages import SweepRequest
from tests.opened import open_ssh

pytestmark = [
    pytest.mark.slow,
    pytest.mark.allow_hosts(["127.0.0.1"]),
    pytest.mark.xdist_group("members"),
]

MEMBERS = 29  # and Ringfence's own account
REGIONS = (REGION, "us-east-1", "us-west-2")
ORGANIZATION = "o-ab12cd34ef"


@dataclass
class Estates:
    """All accounts, swept once; each of the last four has a trouble of its own."""

    server: Server
    stack: Stack
    runner: Runner
    members: tuple[Member, ...]

    @property
    def well(self) -> tuple[Member, ...]:
        return self.members[:-4]

    def rows(self) -> dict[str, dict[str, Any]]:
        """The rows of the findings table, by place and key."""
        pages = self.server.client("dynamodb").get_paginator("scan")
        found: dict[str, dict[str, Any]] = {}
        for page in pages.paginate(TableName=self.stack.ids["FindingsTable"]):
            for item in page["Items"]:
                name = item["item"]["S"]
                if name.startswith("finding/"):
                    row = json.loads(item["document"]["S"])
                    found.setdefault(item["place"]["S"], {})[name[8:]] = row
        return found

    def own(self) -> set[str]:
        """What Ringfence says of accounts and Regions, in its own place."""
        here = self.rows()[f"{ACCOUNT}/{REGION}"]
        return {
            key
            for key, row in here.items()
            if row["is_open"] and key[:6] in ("RF-015", "RF-016")
        }

    def sweep(self) -> None:
        self.runner.start_schedule("SweepSchedule")
        self.runner.settle(within_s=600)

    def sweep_again(self, *members: Member) -> None:
        """Do the part of a sweep that is about *members*."""
        for member in members:
            for region in REGIONS:
                request = SweepRequest(
                    sweep="asked-again",
                    account=member.account,
                    region=region,
                    looks=(),
                )
                self.server.client("sqs").send_message(
                    QueueUrl=self.stack.ids["SweepQueue"],
                    MessageBody=request.model_dump_json(),
                )
        self.runner.settle(within_s=600)


@pytest.fixture(scope="module")
def estates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Estates]:
    """An organisation, in which all but one account are deployed as they should be."""
    folder = tmp_path_factory.mktemp("members")
    images.write(folder / "images.json", datetime.now(UTC))  # noqa: TID251
    with started(folder) as server:
        accounts = found(server)
        stack = deploy(
            server,
            TEMPLATE,
            parameters={
                "ReleaseFeeds": "off",
                "Accounts": "organization",
                "OrganizationId": ORGANIZATION,
                "Regions": ",".join(REGIONS[1:]),
            },
        )
        members = tuple(join(server, account) for account in accounts)
        denied, suspended, silent, lame = members[-4:]
        for region in REGIONS:
            server.client("securityhub", region=region).enable_security_hub()
        for member in members:
            external = "another" if member == denied else "ringfence"
            settings = {"ExternalId": external, "Regions": ",".join(REGIONS[1:])}
            deploy_member(member, stack, settings)
            for region in REGIONS:
                if member != silent:
                    member.client("securityhub", region).enable_security_hub()
            open_ssh(member.client("ec2"))
        organizations = server.client("organizations")
        organizations.close_account(AccountId=suspended.account)
        server.enforce()
        server.disable(lame.account, "us-west-2")
        with running(server, stack) as runner:
            made = Estates(server, stack, runner, members)
            made.sweep()
            yield made


def found(server: Server) -> list[str]:
    """Found an organisation and give its accounts' ids, but for our own."""
    organizations = server.client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    return [
        organizations.create_account(
            AccountName=f"a{number}", Email=f"a{number}@example.com"
        )["CreateAccountStatus"]["AccountId"]
        for number in range(MEMBERS)
    ]


def test_each_account_shows_its_own_findings(estates: Estates) -> None:
    """In its own Security Hub and Region, imported with its own role, all of them."""
    rows = estates.rows()
    for member in estates.well:
        for region in REGIONS:
            shown = {finding["Id"] for finding in member.findings(region)}
            place = f"{member.account}/{region}"

            assert {f"ringfence/{place}/{key}" for key in rows[place]} == shown
        checks = {finding["GeneratorId"] for finding in member.findings()}
        assert "ringfence/SG-001" in checks


def test_each_trouble_is_one_finding(estates: Estates) -> None:
    """A refusal, a suspension, a Security Hub and a Region that are off."""
    denied, suspended, silent, lame = (one.account for one in estates.members[-4:])

    assert {
        f"RF-015/{denied}",
        f"RF-015/{suspended}",
        *(f"RF-016/{silent}/{region}" for region in REGIONS),
        f"RF-015/{lame}/us-west-2",
    } == estates.own()


def test_troubles_are_shown_where_ringfence_runs(estates: Estates) -> None:
    """The accounts that they are about may not be able to show anything."""
    pages = estates.server.client("securityhub").get_paginator("get_findings")
    shown = {
        finding["Id"].split("/", 3)[3]
        for page in pages.paginate()
        for finding in page["Findings"]
    }

    assert estates.own() <= shown


def test_what_cannot_be_read_is_not_judged(estates: Estates) -> None:
    """Not one finding is made up about it; and nothing is stuck or dead."""
    denied, suspended, silent, lame = (one.account for one in estates.members[-4:])
    places = estates.rows().keys()

    assert not [one for one in places if one.split("/")[0] in (denied, suspended)]
    assert f"{lame}/us-west-2" not in places
    assert {f"{lame}/{REGION}", f"{lame}/us-east-1"} <= places
    assert {f"{silent}/{region}" for region in REGIONS} <= places
    sqs = estates.server.client("sqs")
    for name in estates.stack.queues():
        left = sqs.get_queue_attributes(
            QueueUrl=estates.stack.ids[name],
            AttributeNames=["ApproximateNumberOfMessages"],
        )["Attributes"]["ApproximateNumberOfMessages"]
        assert (name, "0") == (name, left)


def test_a_change_in_a_member_comes_over_the_bus(estates: Estates) -> None:
    """Its rule hands it on, and the verdict stands in its own Security Hub."""
    member = estates.members[0]
    person = Person(member.server)
    ec2 = member.client("ec2")
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    group = ec2.create_security_group(GroupName="new", Description="x", VpcId=vpc)
    asked = {
        "GroupId": group["GroupId"],
        "IpPermissions": [
            {
                "IpProtocol": "tcp",
                "FromPort": 3389,
                "ToPort": 3389,
                "IpRanges": [{"CidrIp": "0.0.0.0/0"}],
            }
        ],
    }
    answer = ec2.authorize_security_group_ingress(**asked)
    record = person.record("ec2", "AuthorizeSecurityGroupIngress", asked, answer)
    person.put(record | {"recipientAccountId": member.account})
    estates.runner.settle(within_s=120)

    assert any(group["GroupId"] in finding["Id"] for finding in member.findings())


def tampered_with(member: Member, rule: str) -> set[str]:
    """Give what is open of *rule* in the member's own Security Hub."""
    return {
        finding["Id"]
        for finding in member.findings()
        if finding["Id"].endswith(f"RF-012/rule/{rule}")
        and finding["RecordState"] == "ACTIVE"
        and finding["Compliance"]["Status"] == "FAILED"
    }


def test_the_rules_of_members_are_as_they_should_be(estates: Estates) -> None:
    """Not one of them is told of; all of them could be read."""
    rows = estates.rows()
    found = [
        (place, key)
        for place, keys in rows.items()
        for key in keys
        if "RF-012" in key or "events." in key
    ]

    assert [] == found


def test_a_members_rule_that_is_disabled_is_told_at_once(estates: Estates) -> None:
    """By the member's own rule about rules, over the bus; and it passes again."""
    member = estates.members[1]
    events = member.client("events")
    rule = "RingfenceMember-EC2ChangeRule"
    person = Person(member.server)
    found = []
    for call, do in (
        ("DisableRule", events.disable_rule),
        ("EnableRule", events.enable_rule),
    ):
        do(Name=rule)
        record = person.record("events", call, {"Name": rule}, {})
        person.put(record | {"recipientAccountId": member.account})
        estates.runner.settle(within_s=120)
        found.append(tampered_with(member, rule))

    assert [1, 0] == [len(some) for some in found]


def test_what_is_global_comes_from_where_it_is_told(estates: Estates) -> None:
    """IAM tells in us-east-1; each Region is re-read, and one finding comes of it."""
    member = estates.members[2]
    pair = Authority(datetime.now(UTC)).issue("a.example.com", days_left=-60)  # noqa: TID251
    asked = {
        "ServerCertificateName": "old",
        "CertificateBody": pair.body.decode(),
        "PrivateKey": pair.key.decode(),
    }
    member.client("iam").upload_server_certificate(**asked)
    deploy_member(member, estates.stack, {}, "us-east-1")
    asked = {"ServerCertificateName": "old"}
    record = Person(member.server).record("iam", "UploadServerCertificate", asked, {})
    told = {"awsRegion": "us-east-1", "recipientAccountId": member.account}
    member.client("events", "us-east-1").put_events(
        Entries=[
            {
                "Source": "aws.iam",
                "DetailType": "AWS API Call via CloudTrail",
                "Detail": json.dumps(record | told),
            }
        ]
    )
    estates.runner.settle(within_s=120)
    found = [
        place
        for place, keys in estates.rows().items()
        if any("CERT-001" in key for key in keys)
    ]
    log = estates.runner.processes["ChangeFunction"].log()
    apart = [json.loads(line)["apart"] for line in log if '"apart"' in line]

    assert [f"{member.account}/{REGION}"] == found
    assert len(REGIONS) in apart
    assert any("/CERT-001/" in finding["Id"] for finding in member.findings())


def test_what_waited_comes_when_security_hub_is_enabled(estates: Estates) -> None:
    """And an account that lets us in again is read: every trouble closes by itself."""
    denied, _, silent, _ = estates.members[-4:]
    for region in REGIONS:
        silent.client("securityhub", region).enable_security_hub()
    for name in ("read", "publish"):
        body = denied.client("iam").get_role(RoleName=f"RingfenceMember-{name}")
        policy = body["Role"]["AssumeRolePolicyDocument"]
        text = json.dumps(policy).replace('"another"', '"ringfence"')
        denied.client("iam").update_assume_role_policy(
            RoleName=f"RingfenceMember-{name}", PolicyDocument=text
        )
    estates.sweep_again(denied, silent)
    rows = estates.rows()

    for member in (denied, silent):
        for region in REGIONS:
            shown = {finding["Id"] for finding in member.findings(region)}
            place = f"{member.account}/{region}"
            assert {f"ringfence/{place}/{key}" for key in rows[place]} == shown
    assert {key[7:].partition("/")[0] for key in estates.own()} == {
        estates.members[-3].account,
        estates.members[-1].account,
    }
