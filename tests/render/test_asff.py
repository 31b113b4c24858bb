"""Rows as Security Hub takes them."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringfence.render.asff import asff
from ringfence.transitions import Row
from tests.render.asff_rules import faults
from tests.render.golden_files import golden
from tests.render.samples import (
    ACCOUNT,
    INSTANCE,
    REGION,
    SWEEP,
    a_closed_row,
    a_finding,
    a_row,
    an_exposure,
)

BALANCER = (
    f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:"
    "loadbalancer/app/jira/50dc6c495c0c9188"
)
CERTIFICATE = f"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/1234-5678"
DOCS = "https://example.com/docs/checks"

SAMPLES = {
    "exposure": a_row(),
    "passed": a_closed_row(),
    "archived": a_closed_row(
        closed_as="ARCHIVED", closed_because="the resource is gone", cause=SWEEP
    ),
    "balancer": a_row(
        a_finding(
            check="EXP-004",
            resource=BALANCER,
            name="jira",
            product="jira",
            evidence={
                "exposures": [
                    an_exposure(
                        resource=BALANCER,
                        ports=[80, 80],
                        path=[
                            {"id": "igw-01110111011101110", "type": "internet-gateway"},
                            {"id": BALANCER, "type": "load-balancer"},
                        ],
                    )
                ]
            },
        ),
        cause=SWEEP,
    ),
    "certificate": a_row(
        a_finding(
            check="CERT-001",
            resource=CERTIFICATE,
            discriminator="",
            name="git.example.com",
            vpc=None,
            title="Certificate has expired",
            message="git.example.com expired on 2026-11-01.",
            evidence={
                "names": ["git.example.com", "*.example.com"],
                "status": "EXPIRED",
                "not_after": "2026-11-01T00:00:00+00:00",
                "not_before": None,
                "key": "RSA_2048",
                "used_by": [BALANCER],
            },
            tags={},
        ),
        cause=SWEEP,
    ),
    "own": a_row(
        a_finding(
            check="RF-001",
            resource="ec2.describe_vpcs",
            discriminator="",
            vpc=None,
            name="",
            product=None,
            title="Ringfence could not read something",
            message="ec2.describe_vpcs: UnauthorizedOperation.",
            fix="Allow ec2:DescribeVpcs.",
            relates=(),
            guide=(),
            evidence={},
            tags={},
        ),
        cause=SWEEP,
    ),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_documents_are_as_kept(name: str) -> None:
    """What is sent changes only where somebody meant it to."""
    text = json.dumps(asff(SAMPLES[name], docs_url=DOCS), indent=2) + "\n"

    assert golden(f"asff-{name}.json", text) == text


@pytest.mark.parametrize("name", SAMPLES)
def test_security_hub_would_take_the_samples(name: str) -> None:
    """No document has an unknown field, an empty text or one that is too long."""
    assert [] == faults(asff(SAMPLES[name], docs_url=DOCS))


NASTY = st.text(max_size=2000) | st.sampled_from(
    ["", " ", "\r\n\x1b[31m", "\u202eevil", "é" * 3000, "\U0001f600" * 400]
)


@st.composite
def nasty_rows(draw: st.DrawFn) -> Row:
    """A row in which everything that others may choose is hostile."""
    names = ("name", "title", "message", "fix", "discriminator", "product")
    fields: dict[str, Any] = {name: draw(NASTY) for name in names}
    fields["title"] = fields["title"] + "x"
    fields["message"] = fields["message"] + "x"
    fields["tags"] = draw(st.dictionaries(NASTY, NASTY, max_size=60))
    fields["evidence"] = {
        "exposures": [an_exposure(sources=["192.0.2.0/24"] * draw(st.integers(0, 99)))]
        * draw(st.integers(0, 40)),
        "security_groups": [f"sg-{number:017x}" for number in range(40)],
        "note": draw(NASTY),
    }
    return a_row(a_finding(**fields))


@given(nasty_rows())
def test_whatever_others_wrote_stays_within_the_format(row: Row) -> None:
    """Names and tags of any content and length never make a finding refused."""
    document = asff(row, docs_url=DOCS)

    assert [] == faults(document)
    assert len(json.dumps(document).encode()) < 240_000
    json.loads(document["ProductFields"]["ringfence/evidence"])


def test_a_passed_finding_says_so() -> None:
    """A finding whose resource is good again is PASSED and stays active."""
    document = asff(a_closed_row())

    assert ("PASSED", "ACTIVE") == (
        document["Compliance"]["Status"],
        document["RecordState"],
    )


def test_an_archived_finding_keeps_its_verdict() -> None:
    """A finding whose resource is gone leaves the active ones, without passing."""
    document = asff(a_closed_row(closed_as="ARCHIVED"))

    assert ("FAILED", "ARCHIVED") == (
        document["Compliance"]["Status"],
        document["RecordState"],
    )


def test_the_customers_fields_are_never_sent() -> None:
    """Workflow, notes, top-level severity and user-defined fields are not ours."""
    theirs = {"Workflow", "WorkflowState", "Note", "UserDefinedFields", "Severity"}

    assert set() == theirs & asff(a_row()).keys()


def test_later_rows_are_later_documents() -> None:
    """A row that is a millisecond younger has a greater UpdatedAt."""
    row = a_row()
    later = a_row(updated_at=row.updated_at + timedelta(milliseconds=1))

    assert asff(row)["UpdatedAt"] < asff(later)["UpdatedAt"]


def test_a_long_id_stays_unique() -> None:
    """Ids that are too long differ where the whole ids differ."""
    ids = {asff(a_row(a_finding(discriminator="x" * 600 + end)))["Id"] for end in "ab"}

    assert [512, 512] == [len(ident) for ident in ids]


@pytest.mark.parametrize(
    ("region", "arn"),
    [
        ("cn-north-1", "arn:aws-cn:securityhub:cn-north-1:"),
        ("us-gov-west-1", "arn:aws-us-gov:securityhub:us-gov-west-1:"),
        ("us-iso-east-1", "arn:aws-iso:securityhub:us-iso-east-1:"),
    ],
)
def test_other_partitions_have_their_own_arns(region: str, arn: str) -> None:
    """ARNs are of the Region's partition."""
    document = asff(a_row(a_finding(region=region)))

    assert document["ProductArn"].startswith(arn)
    assert [] == faults(document)


def test_a_classic_load_balancer_is_recognised_on_its_path() -> None:
    """A name that a path calls a load balancer is one of the classic kind."""
    path = [{"id": "old-jira", "type": "load-balancer"}]
    finding = a_finding(
        resource="old-jira", evidence={"exposures": [an_exposure(path=path)]}
    )

    assert "AwsElbLoadBalancer" == asff(a_row(finding))["Resources"][0]["Type"]


def test_a_remedy_of_many_commands_is_cut_between_them() -> None:
    """Half a command is never shown as a remedy."""
    commands = [f"aws ec2 revoke --group-id sg-{number:017x}" for number in range(40)]
    document = asff(a_row(a_finding(fix="\n".join(commands))))
    shown = document["Remediation"]["Recommendation"]["Text"].split("; ")

    assert commands[: len(shown)] == shown


def test_an_instance_names_its_image() -> None:
    """What evidence knows about an instance stands in its details."""
    finding = a_finding(check="AMI-001", evidence={"image": "ami-0123456789abcdef0"})
    first, second = asff(a_row(finding))["Resources"]

    assert "ami-0123456789abcdef0" == first["Details"]["AwsEc2Instance"]["ImageId"]
    assert f"arn:aws:ec2:{REGION}::image/ami-0123456789abcdef0" == second["Id"]
    assert first["Id"].endswith(INSTANCE)


def test_a_delegated_prefix_is_no_destination() -> None:
    """Security Hub takes addresses there; a prefix stays in the path."""
    exposure = an_exposure(address="2001:db8::/80", family="ipv6")
    document = asff(a_row(a_finding(evidence={"exposures": [exposure]})))

    assert not {"DestinationIpV4", "DestinationIpV6"} & document["Network"].keys()
    ingress = document["NetworkPath"][-1]["Ingress"]
    assert ["2001:db8::/80"] == ingress["Destination"]["Address"]
