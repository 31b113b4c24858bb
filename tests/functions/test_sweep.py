"""Sweeping a Region, with its policy and its probes."""

from typing import Any

import pytest

from functions.inspect import app
from tests.functions.conftest import ACCOUNT, REGION, Aws, Context, event
from tests.inventory.estate import pages

POLICY = """
endpoints:
  - {host: bitbucket.example.com}
  - {host: jira.example.com, port: 8443}
"""


def sweep(context: Context) -> Any:
    return app.sweep(event("sweep.one_region"), context)


def open_group(aws: Aws) -> str:
    """Make a group that is open to the world for SSH."""
    ec2 = aws.client("ec2")
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    group: str = ec2.create_security_group(
        GroupName="web", Description="web", VpcId=vpc
    )["GroupId"]
    ec2.authorize_security_group_ingress(
        GroupId=group,
        IpPermissions=[
            {
                "IpProtocol": "tcp",
                "FromPort": 22,
                "ToPort": 22,
                "IpRanges": [{"CidrIp": "0.0.0.0/0"}],
            }
        ],
    )
    return group


def set_policy(aws: Aws, text: str) -> None:
    aws.client("ssm").put_parameter(Name=aws.parameter, Value=text, Overwrite=True)


def test_an_open_group_is_found(aws: Aws, context: Context) -> None:
    """What is bad when the sweep looks stands in the table afterwards."""
    group = open_group(aws)
    sweep(context)

    assert [key for key in aws.items("finding/SG-001/") if group in key]


def test_its_digest_is_told_once(aws: Aws, context: Context) -> None:
    """A finished sweep leaves one alert and nothing pending."""
    open_group(aws)
    sweep(context)

    assert (1, []) == (len(aws.items("alert/")), aws.items("pending/"))


def test_the_same_again_writes_nothing(aws: Aws, context: Context) -> None:
    """A second sweep of an unchanged estate leaves the table as it is."""
    open_group(aws)
    sweep(context)
    before = aws.client("dynamodb").scan(TableName=aws.table)["Items"]
    sweep(context)

    assert before == aws.client("dynamodb").scan(TableName=aws.table)["Items"]


def test_each_endpoint_is_to_be_probed(aws: Aws, context: Context) -> None:
    """The policy's endpoints get a probe after each sweep of the stack's Region."""
    set_policy(aws, POLICY)
    sweep(context)
    asked = sorted(aws.messages("probe"), key=lambda message: message["host"])

    assert [
        {"account": ACCOUNT, "region": REGION, "host": host, "port": port}
        for host, port in (("bitbucket.example.com", 443), ("jira.example.com", 8443))
    ] == asked


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


def test_a_completed_sweep_is_counted(
    aws: Aws, context: Context, capsys: pytest.CaptureFixture[str]
) -> None:
    """The alarm on sweeps that do not happen lives by this metric."""
    sweep(context)
    line = next(line for line in capsys.readouterr().out.splitlines() if "_aws" in line)

    assert '"SweepCompleted":[1.0]' in line.replace(" ", "")
