"""Judging changes as they come."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from functions.inspect import app
from ringfence import clients
from ringfence.checks import all_checks
from ringfence.collect import collect
from ringfence.finding import Finding
from ringfence.inspect.hints import PATIENCE
from ringfence.inventory.read import read
from tests.functions.conftest import ACCOUNT, REGION, Aws, Calls, Context, event


def new_group(aws: Aws) -> str:
    """Make a group that is used, in a VPC of its own."""
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.1.0/24")["Subnet"]
    group: str = ec2.create_security_group(
        GroupName="web", Description="web", VpcId=vpc
    )["GroupId"]
    ec2.create_network_interface(SubnetId=subnet["SubnetId"], Groups=[group])
    return group


def open_port(aws: Aws, group: str, port: int) -> str:
    answer = aws.client("ec2").authorize_security_group_ingress(
        GroupId=group,
        IpPermissions=[
            {
                "IpProtocol": "tcp",
                "FromPort": port,
                "ToPort": port,
                "IpRanges": [{"CidrIp": "0.0.0.0/0"}],
            }
        ],
    )
    rule: str = answer["SecurityGroupRules"][0]["SecurityGroupRuleId"]
    return rule


def told(*opened: tuple[str, str], received: int = 1) -> dict[str, Any]:
    """The messages that tell of each (group, rule) in *opened*."""
    template = event("change.ingress_not_shown_yet")["Records"][0]
    records = []
    for number, (group, rule) in enumerate(opened, 1):
        body = (
            template["body"]
            .replace("sg-0123456789abcdef0", group)
            .replace("sgr-0123456789abcdef0", rule)
            .replace("0f0e8b7a-0000-4000-8000-000000000001", f"event-{number}")
        )
        attributes = template["attributes"] | {"ApproximateReceiveCount": str(received)}
        records.append(
            template
            | {"messageId": f"m-{number}", "body": body, "attributes": attributes}
        )
    return {"Records": records}


def alerts(aws: Aws) -> list[Any]:
    items = aws.client("dynamodb").scan(TableName=aws.table)["Items"]
    return [
        json.loads(item["document"]["S"])
        for item in items
        if item["item"]["S"].startswith("alert/")
    ]


def test_an_opened_port_is_told_with_who_did_it(aws: Aws, context: Context) -> None:
    """The alert about a change names the person in CloudTrail's record."""
    group = new_group(aws)
    answer = app.change(told((group, open_port(aws, group, 22))), context)
    causes = [alert["cause"]["changes"] for alert in alerts(aws)]

    assert ([], [["alice, role Admin (SSO)"]]) == (
        answer["batchItemFailures"],
        [[change["who"] for change in cause] for cause in causes],
    )


def test_many_changes_in_a_vpc_cost_one_evaluation(
    aws: Aws, context: Context, calls: Calls
) -> None:
    """Two hundred rules of one Terraform run are read once, not 200 times."""
    group = new_group(aws)
    opened = [(group, open_port(aws, group, port)) for port in range(1000, 1050)]
    calls.made.clear()
    app.change(told(*opened), context)

    assert 1 == calls.made.count("DescribeSubnets")


def test_each_vpc_is_judged_for_its_own_changes(aws: Aws, context: Context) -> None:
    """Who opened a port in one VPC is not blamed for another one's."""
    groups = [new_group(aws) for _ in range(2)]
    opened = [(group, open_port(aws, group, 22)) for group in groups]
    app.change(told(*opened), context)
    causes = [alert["cause"]["changes"] for alert in alerts(aws)]

    assert [["event-1"], ["event-2"]] == sorted(
        [change["event_id"] for change in cause] for cause in causes
    )


def test_one_that_is_not_shown_holds_up_no_other(aws: Aws, context: Context) -> None:
    """What AWS shows is judged at once; only what it does not show comes again."""
    group = new_group(aws)
    shown = (group, open_port(aws, group, 22))
    answer = app.change(told(shown, (group, "sgr-0fffffffffffffff0")), context)
    causes = [alert["cause"]["changes"] for alert in alerts(aws)]

    assert ([{"itemIdentifier": "m-2"}], [["event-1"]]) == (
        answer["batchItemFailures"],
        [[change["event_id"] for change in cause] for cause in causes],
    )


def test_patience_has_an_end(aws: Aws, context: Context) -> None:
    """At the fourth receipt a change is judged as it is, and the cause says so."""
    group = new_group(aws)
    open_port(aws, group, 22)
    late = told((group, "sgr-0fffffffffffffff0"), received=4)
    answer = app.change(late, context)

    assert ([], [True]) == (
        answer["batchItemFailures"],
        [alert["cause"]["not_visible"] for alert in alerts(aws)],
    )


def test_a_rule_that_is_gone_again_is_not_waited_for(
    aws: Aws, context: Context
) -> None:
    """Added and removed in one batch: there is nothing left to be shown."""
    group = new_group(aws)
    messages = told((group, "sgr-0fffffffffffffff0"), (group, "sgr-0fffffffffffffff0"))
    body = messages["Records"][1]["body"]
    messages["Records"][1]["body"] = body.replace("Authorize", "Revoke").replace(
        "securityGroupRuleSet", "revokedSecurityGroupRuleSet"
    )
    answer = app.change(messages, context)

    assert [] == answer["batchItemFailures"]


@pytest.mark.parametrize(("received", "wait_s"), [(1, 5), (2, 20), (3, 60)])
def test_what_comes_again_comes_more_and_more_seldom(
    aws: Aws, context: Context, received: int, wait_s: int
) -> None:
    """A change that AWS does not show yet waits seconds, not the queue's timeout."""
    group = new_group(aws)
    url = aws.queue_urls["change"]
    sqs = clients.client("sqs", REGION)
    messages = told((group, "sgr-0fffffffffffffff0"), received=received)
    [record] = messages["Records"]
    sqs.send_message(QueueUrl=url, MessageBody=record["body"])
    taken = sqs.receive_message(QueueUrl=url, VisibilityTimeout=750)["Messages"][0]
    record["receiptHandle"] = taken["ReceiptHandle"]
    asked: list[Any] = []
    name = "provide-client-params.sqs.ChangeMessageVisibilityBatch"

    def note(params: dict[str, Any], **_: Any) -> None:
        asked.extend(params["Entries"])

    sqs.meta.events.register(name, note)
    app.change(messages, context)
    sqs.meta.events.unregister(name, note)

    assert [wait_s] == [entry["VisibilityTimeout"] for entry in asked]


def revoked(group: str, rule: str, *, received: int) -> dict[str, Any]:
    """The message that tells that *rule* was revoked."""
    messages = told((group, rule), received=received)
    body = messages["Records"][0]["body"]
    messages["Records"][0]["body"] = body.replace("Authorize", "Revoke").replace(
        "securityGroupRuleSet", "revokedSecurityGroupRuleSet"
    )
    return messages


@pytest.mark.parametrize("received", [1, 2, 3, 4])
def test_a_revoked_rule_that_is_still_shown_is_waited_for_too(
    aws: Aws, context: Context, received: int
) -> None:
    """Three times; then what AWS shows is judged, and the alert says so."""
    group = new_group(aws)
    rule = open_port(aws, group, 22)
    answer = app.change(revoked(group, rule, received=received), context)
    is_late = received < PATIENCE

    assert (int(is_late), [] if is_late else [True]) == (
        len(answer["batchItemFailures"]),
        [alert["cause"]["not_visible"] for alert in alerts(aws)],
    )


def test_the_delay_is_told_of_each_change(
    aws: Aws, context: Context, capsys: pytest.CaptureFixture[str]
) -> None:
    """Once for each that was judged; what comes again has not had its delay yet."""
    group = new_group(aws)
    shown = [(group, open_port(aws, group, port)) for port in (22, 3389)]
    messages = told(*shown, (group, "sgr-0fffffffffffffff0"))
    messages["Records"].append(messages["Records"][0] | {"messageId": "twin"})
    app.change(messages, context)
    lines = capsys.readouterr().out.splitlines()
    [delays] = [
        document["ChangeDelay"]
        for document in map(json.loads, lines)
        if "ChangeDelay" in document
    ]

    assert 2 == len(delays)


# What is in no VPC, or is read of the whole account.
SWEPT = {"EXP-012", "EXP-013", "EXP-014", "EXP-015"}


def test_a_change_is_enough_for_what_the_internet_reaches(aws: Aws) -> None:
    """Reading some VPCs reads all that checks of exposures need, but a sweep's."""
    vpc = aws.client("ec2").describe_vpcs()["Vpcs"][0]["VpcId"]
    snapshot = collect(
        clients.session(),
        account=ACCOUNT,
        region=REGION,
        now=app.now,
        vpcs=frozenset({vpc}),
    )
    parts = read(snapshot).read
    exposures = [item for item in all_checks() if item.code.startswith("EXP-")]
    swept = {item.code for item in exposures if not item.needs <= parts}

    assert exposures
    assert SWEPT == swept


def test_parameters_that_are_omitted_mean_the_whole_region(
    aws: Aws, context: Context, calls: Calls
) -> None:
    """CloudTrail leaves out large parameters: then everything is read again."""
    group = new_group(aws)
    open_port(aws, group, 22)
    app.change(event("change.omitted_parameters"), context)

    assert [key for key in aws.items("finding/SG-001/") if group in key]


def test_a_denied_read_closes_nothing(aws: Aws, context: Context) -> None:
    """What could not be read is neither judged nor closed."""
    group = new_group(aws)
    rule = open_port(aws, group, 22)
    app.change(told((group, rule)), context)
    aws.client("ec2").revoke_security_group_ingress(
        GroupId=group, SecurityGroupRuleIds=[rule]
    )
    refused = "before-call.ec2.DescribeSecurityGroups"
    clients.client("ec2", REGION).meta.events.register(refused, deny)
    app.change(event("change.omitted_parameters"), context)
    clients.client("ec2", REGION).meta.events.unregister(refused, deny)
    items = aws.client("dynamodb").scan(TableName=aws.table)["Items"]
    rows = [json.loads(item["document"]["S"]) for item in items if "version" in item]
    mine = [row for row in rows if row["finding"]["resource"] == group]

    assert [True] == [row["is_open"] for row in mine]


def deny(model: Any, **_: Any) -> None:
    """Refuse a call as IAM does."""
    raise ClientError({"Error": {"Code": "UnauthorizedOperation"}}, model.name)


DNS_ALIAS = {"HostedZoneId": "Z32O12XQLNTSW2", "EvaluateTargetHealth": False}


@pytest.fixture
def listening(aws: Aws) -> dict[str, str]:
    """Two public load balancers that listen, one of them by the name of git."""
    ec2, elbv2 = aws.client("ec2"), aws.client("elbv2")
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    found = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc]}])
    ec2.create_route(
        RouteTableId=found["RouteTables"][0]["RouteTableId"],
        DestinationCidrBlock="0.0.0.0/0",
        GatewayId=gateway,
    )
    subnets = [item["SubnetId"] for item in ec2.describe_subnets()["Subnets"][:2]]
    group = ec2.create_security_group(GroupName="lb", Description="lb", VpcId=vpc)
    open_port(aws, group["GroupId"], 80)
    made: dict[str, str] = {}
    for name in ("git", "jira"):
        [balancer] = elbv2.create_load_balancer(
            Name=name,
            Subnets=subnets,
            SecurityGroups=[group["GroupId"]],
            Scheme="internet-facing",
        )["LoadBalancers"]
        [listener] = elbv2.create_listener(
            LoadBalancerArn=balancer["LoadBalancerArn"],
            Protocol="HTTP",
            Port=80,
            DefaultActions=[
                {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200"}}
            ],
        )["Listeners"]
        made |= {name: listener["ListenerArn"], f"{name}-dns": balancer["DNSName"]}
    route53 = aws.client("route53")
    zone = route53.create_hosted_zone(Name="example.com", CallerReference="1")
    record = {
        "Name": "git.example.com",
        "Type": "A",
        "AliasTarget": DNS_ALIAS | {"DNSName": made["git-dns"]},
    }
    route53.change_resource_record_sets(
        HostedZoneId=zone["HostedZone"]["Id"],
        ChangeBatch={"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]},
    )
    return made


def told_of(source: str, name: str, asked: Any) -> dict[str, Any]:
    """The message that tells of a call of *name* with *asked*."""
    (record,) = event("change.ingress_not_shown_yet")["Records"]
    body = json.loads(record["body"])
    body["detail"] |= {
        "eventSource": f"{source}.amazonaws.com",
        "eventName": name,
        "requestParameters": asked,
        "responseElements": None,
    }
    return {"Records": [record | {"body": json.dumps(body)}]}


def test_a_changed_listener_is_looked_at_at_once(
    aws: Aws, context: Context, listening: dict[str, str]
) -> None:
    """By its name, and nothing else is."""
    asked = {"listenerArn": listening["git"]}
    app.change(told_of("elasticloadbalancing", "ModifyListener", asked), context)
    delays = aws.delays("probe")

    assert [0] == delays
    assert [("git.example.com", 80)] == [
        (one["host"], one["port"]) for one in aws.messages("probe")
    ]


def test_a_changed_record_is_looked_at_when_it_has_settled(
    aws: Aws, context: Context, listening: dict[str, str]
) -> None:
    """Resolvers would keep the answer of before."""
    batch = {"changes": [{"resourceRecordSet": {"name": "git.example.com."}}]}
    asked = {"hostedZoneId": "Z1", "changeBatch": batch}
    app.change(told_of("route53", "ChangeResourceRecordSets", asked), context)
    delays = aws.delays("probe")

    assert [60] == delays
    assert ["git.example.com"] == [one["host"] for one in aws.messages("probe")]


def test_what_a_record_does_not_name_may_be_anything(
    aws: Aws, context: Context, listening: dict[str, str]
) -> None:
    """Every endpoint is looked at rather than the wrong one."""
    app.change(told_of("acm", "ImportCertificate", {"omitted": True}), context)

    assert {"git.example.com", listening["jira-dns"].lower()} == {
        one["host"] for one in aws.messages("probe")
    }


def test_a_changed_group_is_no_reason_to_look(
    aws: Aws, context: Context, listening: dict[str, str]
) -> None:
    """What it opens is judged; what is served has not changed."""
    group = new_group(aws)
    app.change(told((group, open_port(aws, group, 22))), context)

    assert [] == aws.messages("probe")


@pytest.mark.parametrize("body", ["[" * 200_000, '{"detail":' * 200_000, "9" * 10_000])
def test_a_message_that_json_cannot_hold_spoils_no_other(
    aws: Aws, context: Context, body: str
) -> None:
    """Whatever is in a message, the others of its batch are judged."""
    group = new_group(aws)
    batch = told((group, open_port(aws, group, 22)))
    batch["Records"].append(batch["Records"][0] | {"messageId": "m-2", "body": body})
    answer = app.change(batch, context)

    assert ([{"itemIdentifier": "m-2"}], 1) == (
        answer["batchItemFailures"],
        len(alerts(aws)),
    )


def verdicts(aws: Aws) -> dict[str, tuple[bool, str]]:
    """Whether each finding is open, and what it says."""
    items = aws.client("dynamodb").scan(TableName=aws.table)["Items"]
    rows = [json.loads(item["document"]["S"]) for item in items if "version" in item]
    told = ((row, Finding.model_validate(row["finding"])) for row in rows)
    return {found.key: (row["is_open"], found.fingerprint) for row, found in told}


def test_a_change_says_what_the_next_sweep_would(
    aws: Aws, context: Context, listening: dict[str, str]
) -> None:
    """It reads less and asks fewer checks, and must not judge otherwise for that."""
    ec2 = aws.client("ec2")
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    subnet = ec2.describe_subnets()["Subnets"][0]
    groups = [
        ec2.create_security_group(
            GroupName=name, Description=name, VpcId=subnet["VpcId"]
        )["GroupId"]
        for name in ("node", "other")
    ]
    tags = [{"Key": "Name", "Value": "bitbucket-1"}]
    ec2.run_instances(
        ImageId=image,
        MinCount=1,
        MaxCount=1,
        NetworkInterfaces=[
            {
                "DeviceIndex": 0,
                "SubnetId": subnet["SubnetId"],
                "Groups": [groups[0]],
                "AssociatePublicIpAddress": True,
            }
        ],
        TagSpecifications=[{"ResourceType": "instance", "Tags": tags}],
    )
    app.sweep(event("sweep.one_region"), context)
    before = verdicts(aws)
    opened = [
        (group, open_port(aws, group, port)) for group in groups for port in (22, 7990)
    ]
    app.change(told(*opened), context)
    changed = verdicts(aws)
    app.sweep(event("sweep.one_region"), context)

    assert {"EXP-001", "EXP-003", "SG-001"} <= {
        key.partition("/")[0] for key in changed.keys() - before.keys()
    }
    after = verdicts(aws)
    assert changed == {key: after[key] for key in changed}
