"""Search domains are read as OpenSearch Service means them."""

from ringfence.inventory.searching import SearchDomain
from ringfence.inventory.statements import Statement
from tests.inventory.estate import an_inventory

ARN = "arn:aws:es:eu-west-1:123456789012:domain"


def test_a_domain_in_a_vpc_has_its_groups() -> None:
    """An empty access policy is none."""
    domain, _ = an_inventory().search_domains

    assert (
        SearchDomain(
            id="bitbucket",
            arn=f"{ARN}/bitbucket",
            engine="OpenSearch_2.19",
            vpc="vpc-0a1",
            groups=("sg-0a2",),
            subnets=("subnet-0a1",),
            signs_in=True,
            requires_https=True,
            is_encrypted=True,
            is_encrypted_between_nodes=True,
        )
        == domain
    )


def test_a_public_one_has_no_vpc_and_its_access_policy() -> None:
    """Where anonymous users are let in, nobody has to sign in."""
    _, domain = an_inventory().search_domains

    everybody = Statement(
        allows=True,
        principals=("*",),
        actions=("es:*",),
        resources=(f"{ARN}/public/*",),
    )
    assert (
        SearchDomain(
            id="public",
            arn=f"{ARN}/public",
            engine="Elasticsearch_7.10",
            policy=(everybody,),
        )
        == domain
    )


def test_one_that_is_being_deleted_is_left_out() -> None:
    """It answers nobody any more."""
    assert 2 == len(an_inventory().search_domains)
