"""DNS-002: a product that faces the internet at an address that will not stay."""

from ringfence.inventory.records import Address, PrivateAddress
from tests.build import (
    ADDRESS,
    REDIRECT,
    a_listener,
    a_rule,
    an_interface,
    balanced,
    public,
)

FIRES = [
    public(a_rule(443), product="bitbucket"),
    public(a_rule((0, 65535)), product="jira"),
    public(a_rule(8090), product="confluence"),
]
QUIET = [
    # An Elastic IP address stays.
    public(
        a_rule(443),
        product="bitbucket",
        addresses=(Address(id="eipalloc-1", public=ADDRESS, instance="i-1"),),
    ),
    # Not a product that is known, or not its web ports: EXP-001 tells SSH.
    public(a_rule(443)),
    public(a_rule(22), product="bitbucket"),
    # Nothing gets in, or there is no public address at all.
    public(product="bitbucket"),
    public(
        a_rule(443),
        product="bitbucket",
        network_interfaces=(an_interface(addresses=(PrivateAddress("10.0.0.7"),)),),
    ),
    # Behind a load balancer, whose name stays.
    balanced(a_listener(), a_listener(80, "HTTP", [REDIRECT]), product="bitbucket"),
]
