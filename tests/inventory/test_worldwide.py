"""What belongs to no Region is told in one."""

from ringfence.inventory.worldwide import of_region
from tests.inventory.estate import an_inventory, pages


def test_a_certificate_of_iam_stays_where_a_load_balancer_uses_it() -> None:
    """There it matters, and there its users are known."""
    inventory = an_inventory()

    assert inventory == of_region(inventory)


def test_elsewhere_it_is_the_home_region_s() -> None:
    """Each Region would tell the same one again."""
    none: dict[str, list[object]] = {"Listeners": []}
    responses = pages()["elb.describe_load_balancers"]
    for description in responses["LoadBalancerDescriptions"]:
        description["ListenerDescriptions"] = []
    inventory = an_inventory(
        elbv2__describe_listeners=none, elb__describe_load_balancers=responses
    )

    left = of_region(inventory).certificates

    assert 1 == len(inventory.certificates) - len(left)
    assert {"acm"} == {item.store for item in left}
