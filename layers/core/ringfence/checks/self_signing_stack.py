"""CERT-009: a product's instance that was told to make its own certificate."""

from collections.abc import Iterator, Mapping

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.identity import group_of, is_set_up_by_user_data
from ringfence.inventory.launching import by_template
from ringfence.inventory.records import Instance
from ringfence.inventory.stacks import CERTIFICATE_PARAMETER, SELF_SIGNED, STACK_TAG
from ringfence.inventory.userdata import SETTING, by_group
from ringfence.subjects.certificates import install_commands

# EC2's own tags on what it launched from a template.
_TEMPLATE, _VERSION = "aws:ec2launchtemplate:id", "aws:ec2launchtemplate:version"


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
    learn to click its warning away. It is told where `ATL_SSL_SELF_CERT_ENABLED`
    was set to true: by the parameter of the stack that made the instance, or in user
    data, be it the instance's own (read only where the owner wants that, for it may
    hold secrets), its launch template's or its group's launch configuration's.
    Instances behind a load balancer are left out: its certificate is what clients see.
    A certificate that was installed since does not show in either: waive the finding
    then. What is truly served only a probe can see (TLS-002).
    """
    inventory = estate.inventory
    stacks = {one.name for one in inventory.stacks if one.certificate == SELF_SIGNED}
    set_ups = {one.by: one.signs_itself for one in inventory.set_ups}
    behind = {
        target.id for group in inventory.target_groups for target in group.targets
    }
    is_unread = "set_ups" in inventory.gaps
    for instance in inventory.instances:
        if instance.id in behind:
            continue
        stack = instance.tags.get(STACK_TAG, "")
        told = _user_data(instance, set_ups)
        if stack in stacks:
            evidence = {"stack": stack, CERTIFICATE_PARAMETER: SELF_SIGNED}
            yield _problem(instance, f"the stack {stack}", evidence)
        elif told is not None:
            evidence = {"user_data": told, SETTING: "true"}
            yield _problem(instance, f"the user data of {told}", evidence)
        elif is_unread and is_set_up_by_user_data(instance.tags, instance.image):
            yield Doubt(instance.id, "its user data could not be read")


def _problem(instance: Instance, by: str, evidence: Mapping[str, object]) -> Problem:
    name = instance.tags.get("Name", "")
    return Problem(
        resource=instance.id,
        message=f"{instance.id}{f' ({name})' if name else ''} was set up to serve a "
        f"certificate that it made for itself, says {by}.",
        fix=install_commands(),
        evidence=dict(evidence),
    )


def _user_data(instance: Instance, set_ups: Mapping[str, bool]) -> str | None:
    """Whose user data told *instance* to sign for itself; None: none's."""
    if instance.id in set_ups:  # it says what truly was
        return instance.id if set_ups[instance.id] else None
    tags = instance.tags
    candidates = (
        by_template(tags.get(_TEMPLATE, ""), tags.get(_VERSION, "")),
        by_group(group_of(tags) or ""),
    )
    return next((name for name in candidates if set_ups.get(name)), None)
