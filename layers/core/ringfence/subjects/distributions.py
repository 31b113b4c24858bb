"""What the checks of CloudFront share: which ones, their evidence, the remedy."""

from collections.abc import Iterator

from ringfence.estate import Estate
from ringfence.identity import bare
from ringfence.inventory.distributions import Distribution
from ringfence.inventory.records import LoadBalancer
from ringfence.products import Profile


def of_products(estate: Estate) -> Iterator[tuple[Distribution, Profile]]:
    """Give the enabled distributions that are in front of a known product."""
    for distribution in estate.inventory.distributions:
        profile = estate.profile_of(distribution.id)
        if profile and distribution.is_enabled:
            yield distribution, profile


def leading_to(estate: Estate, balancer: LoadBalancer) -> tuple[Distribution, ...]:
    """Give the account's enabled distributions that fetch from *balancer*."""
    name = bare(balancer.dns_name)
    return tuple(
        distribution
        for distribution in estate.inventory.distributions
        if distribution.is_enabled
        and name in {bare(origin.domain) for origin in distribution.origins}
    )


def name_of(distribution: Distribution) -> str:
    """Give the name that people call it by."""
    return next(iter(distribution.aliases), distribution.domain)


def evidence_of(distribution: Distribution) -> dict[str, object]:
    """Give what was read of *distribution*, JSON-ready."""
    return {
        "distribution": distribution.id,
        "domain": distribution.domain,
        "aliases": list(distribution.aliases),
        "lowest_protocol": distribution.lowest_protocol,
        "behaviors": [[item.path, item.viewers] for item in distribution.behaviors],
        "origins": [[item.domain, item.protocol] for item in distribution.origins],
    }


def change_commands(distribution: Distribution, what: str) -> str:
    """Give the commands that change *distribution*, which AWS takes only whole."""
    name = distribution.id.rpartition("/")[2]
    return (
        f"aws cloudfront get-distribution-config --id {name} "
        "--query DistributionConfig > distribution.json\n"
        f"{what}\n"
        f"aws cloudfront update-distribution --id {name} --distribution-config "
        f"file://distribution.json --if-match $(aws cloudfront get-distribution-config "
        f"--id {name} --query ETag --output text)"
    )
