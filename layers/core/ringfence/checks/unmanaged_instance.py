"""PATCH-001: a product's instance that Systems Manager does not know."""

from collections.abc import Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.subjects.hosts import is_replaced, running_instances, severity
from ringfence.subjects.nodes import NEEDS, has_settled, nodes_of


@check(
    "PATCH-001",
    "Product's instance is not managed by Systems Manager",
    severity=Severity.LOW,
    needs=NEEDS,
    fix="Install the agent and give the instance a role that lets it register.",
    guide=("S19", "D17"),
    relates=("AWS FSBP SSM.1",),
)
def unmanaged_instance(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Nobody can say which patches it lacks, or install them from outside.

    Only instances of a product are told: what else runs (NAT instances, appliances,
    nodes of clusters) may well be kept current in another way. So may these; then
    waive it. One that was started within the last hour has time to register, and
    one that is stopped cannot.
    It weighs one step more where the internet reaches the instance.
    """
    nodes = nodes_of(estate.inventory)
    region = estate.inventory.region
    for instance in running_instances(estate.inventory):
        if instance.id in nodes or is_replaced(instance):
            continue
        profile = estate.profile_of(instance.id)
        if profile is None or not has_settled(estate, instance):
            continue
        role = "" if instance.profile else " It has no instance profile."
        yield Problem(
            resource=instance.id,
            message=f"{profile.title} {estate.label(instance.id)} is not known to "
            f"Systems Manager, so that its missing patches are not known either.{role}",
            severity=severity(estate, (instance,), Severity.LOW),
            fix="Attach AmazonSSMManagedInstanceCore to the instance's role, "
            "and see that the agent runs and reaches the endpoint:\n"
            f"aws ssm describe-instance-information --region {region} "
            f"--filters Key=InstanceIds,Values={instance.id}",
            evidence={"instance": instance.id, "profile": instance.profile},
        )
