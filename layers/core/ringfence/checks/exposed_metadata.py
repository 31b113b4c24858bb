"""EXP-009: an instance that strangers reach while IMDSv1 answers on it."""

from collections.abc import Iterator

from ringfence.checks import REACHABILITY, check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.openings import NEEDS
from ringfence.subjects.arrivals import (
    are_asked,
    arrivals,
    evidence_of,
    ports_as_text,
    ports_by_protocol,
)
from ringfence.subjects.telling import doubts


@check(
    "EXP-009",
    "Reachable from the internet while IMDSv1 is allowed",
    severity=Severity.MEDIUM,
    needs=NEEDS,
    fix="Require IMDSv2 (session tokens) on the instance.",
    guide=("D18", "D20", "D34"),
    relates=("AWS FSBP EC2.8", "CIS AWS 3.0 5.6"),
    types=(REACHABILITY,),
)
def exposed_metadata(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    One request forged by the server gives the instance's credentials away.

    IMDSv1 answers a plain GET, which a flaw in a product or plug-in can be made to
    send; IMDSv2 wants a token first that such flaws cannot ask for.
    Any way in counts, even a port that the policy allows, and load balancers.
    An instance without a profile has no credentials to lose and weighs one step
    less, as does one that is reached only behind a load balancer's authentication.
    Strangers are whom the policy does not trust.
    """
    for instance in estate.inventory.instances:
        if instance.requires_imdsv2 or instance.state != "running":
            continue
        rows = arrivals(estate, instance.id)
        if not rows:
            continue
        ports = ", ".join(ports_as_text(ports_by_protocol(rows)))
        profile = (instance.profile or "").rpartition("/")[2]
        gate = ", only behind authentication" if are_asked(rows) else ""
        base = Severity.MEDIUM if profile else Severity.LOW
        stake = f"the credentials of {profile}" if profile else "no credentials now"
        yield Problem(
            resource=instance.id,
            message=f"{estate.label(instance.id)} answers IMDSv1 requests and can be "
            f"reached from outside on {ports or 'other protocols'}{gate}. "
            f"At stake: {stake}.",
            severity=base.stepped(-1) if gate else base,
            fix=f"aws ec2 modify-instance-metadata-options "
            f"--region {estate.inventory.region} --instance-id {instance.id} "
            "--http-endpoint enabled --http-tokens required",
            evidence=evidence_of(rows) | {"profile": instance.profile},
        )
    yield from doubts(estate)
