"""CERT-009: a product's instance that its stack had make its own certificate."""

from collections.abc import Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory.stacks import CERTIFICATE_PARAMETER, SELF_SIGNED, STACK_TAG
from ringfence.subjects.certificates import install_commands


@check(
    "CERT-009",
    "Instance was set up with a self-signed certificate",
    severity=Severity.MEDIUM,
    needs={"instances", "stacks", "target_groups"},
    fix="Install a certificate of an authority that clients trust.",
    guide=("S10", "S11", "S12", "S16"),
)
def self_signing_stack(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Atlassian's machine image makes a certificate for itself that no client trusts.

    It is good for a start: better than plain HTTP, valid for a year, and people
    learn to click its warning away. It is told where the parameter of the stack
    that made the instance says so (`ATL_SSL_SELF_CERT_ENABLED` in `/etc/atl`), but
    for instances behind a load balancer, whose certificate is what clients see.
    A certificate that was installed since does not show in the stack: waive the
    finding then. User data is not read, for it may hold secrets; what is truly
    served only a probe can see (TLS-002).
    """
    inventory = estate.inventory
    signing = {
        stack.name for stack in inventory.stacks if stack.certificate == SELF_SIGNED
    }
    behind = {
        target.id for group in inventory.target_groups for target in group.targets
    }
    for instance in inventory.instances:
        stack = instance.tags.get(STACK_TAG, "")
        if stack not in signing or instance.id in behind:
            continue
        name = instance.tags.get("Name", "")
        yield Problem(
            resource=instance.id,
            message=f"{instance.id}{f' ({name})' if name else ''} was set up to serve "
            f"a certificate that it made for itself, says the stack {stack}.",
            fix=install_commands(),
            evidence={"stack": stack, CERTIFICATE_PARAMETER: SELF_SIGNED},
        )
