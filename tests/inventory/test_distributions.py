"""CloudFront's list is read into distributions."""

from typing import Any

import pytest

from ringfence.inventory.distributions import Behavior, Distribution, Origin
from ringfence.inventory.read import read
from ringfence.snapshot import SnapshotError
from tests.inventory.estate import a_snapshot, an_inventory, pages

ONE = "cloudfront.list_distributions"


def test_a_distribution_has_its_paths_and_origins() -> None:
    """The default path is the one for all others."""
    assert (
        Distribution(
            id="arn:aws:cloudfront::123456789012:distribution/E1",
            domain="d1.cloudfront.net",
            aliases=("git.example.com",),
            comment="Bitbucket",
            lowest_protocol="TLSv1.2_2021",
            has_own_certificate=True,
            behaviors=(
                Behavior(path="*", viewers="redirect-to-https"),
                Behavior(path="/static/*", viewers="allow-all"),
            ),
            origins=(
                Origin(
                    domain="web-1.eu-west-1.elb.amazonaws.com", protocol="http-only"
                ),
                Origin(domain="static.s3.eu-west-1.amazonaws.com"),
            ),
            web_acl="arn:aws:wafv2:us-east-1:123456789012:global/webacl/edge/1",
        )
        == an_inventory().distributions[0]
    )


def test_cloudfront_s_own_certificate_is_nobody_s_choice() -> None:
    """Neither is what it allows; and this one is switched off."""
    other = an_inventory().distributions[1]

    assert (False, "TLSv1", False) == (
        other.has_own_certificate,
        other.lowest_protocol,
        other.is_enabled,
    )


@pytest.mark.parametrize("listed", [{}, {"Quantity": 0}, {"Items": []}])
def test_no_distribution_is_read_as_none(listed: dict[str, Any]) -> None:
    """AWS leaves an empty list out."""
    inventory = an_inventory(
        cloudfront__list_distributions={"DistributionList": listed}
    )

    assert ((), True) == (
        inventory.distributions,
        "distributions" in inventory.read,
    )


def test_an_older_snapshot_was_not_asked_for_them() -> None:
    """It is neither read nor a gap, and all else is as it was."""
    responses = pages()
    del responses[ONE]

    inventory = read(a_snapshot(responses))

    assert "distributions" not in inventory.read | inventory.gaps.keys()
    assert an_inventory().read - {"distributions"} == inventory.read


def test_another_shape_names_the_operation() -> None:
    """Whoever wrote the snapshot finds the place."""
    with pytest.raises(SnapshotError, match=f"^{ONE}: ARN is missing"):
        an_inventory(
            cloudfront__list_distributions={"DistributionList": {"Items": [{}]}}
        )
