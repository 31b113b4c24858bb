"""LB-003: a listener whose certificate is gone."""

from collections.abc import Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory.records import Listener, LoadBalancer
from ringfence.subjects.listeners import place_of


@check(
    "LB-003",
    "Listener's certificate is gone",
    severity=Severity.MEDIUM,
    needs={"certificates", "listeners", "load_balancers"},
    fix="Put another certificate on the listener.",
    guide=("S12", "D07"),
)
def missing_certificate(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    A load balancer may serve a deleted certificate for a while, then serves nothing.

    IAM lets a certificate go that a listener still names; ACM does not, so its
    certificates are not looked at.
    """
    # https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteServerCertificate.html
    inventory = estate.inventory
    there = {certificate.id for certificate in inventory.certificates}
    balancers = {balancer.id: balancer for balancer in inventory.load_balancers}
    for listener in inventory.listeners:
        balancer = balancers.get(listener.balancer)
        for arn in listener.certificates:
            if balancer and ":server-certificate/" in arn and arn not in there:
                yield Problem(
                    resource=balancer.id,
                    discriminator=f"tcp-{listener.port}",
                    message=f"{place_of(listener, balancer)} names a certificate that "
                    f"is no longer in IAM: {arn.rpartition('/')[2]}.",
                    fix=_command(inventory.region, listener, balancer),
                    evidence={"listener": listener.id, "certificate": arn},
                )


def _command(region: str, listener: Listener, balancer: LoadBalancer) -> str:
    if balancer.kind == "classic":
        return (
            f"aws elb set-load-balancer-listener-ssl-certificate --region {region} "
            f"--load-balancer-name {balancer.name} --load-balancer-port "
            f"{listener.port} --ssl-certificate-id CERTIFICATE_ARN"
        )
    return (
        f"aws elbv2 modify-listener --region {region} --listener-arn {listener.id} "
        "--certificates CertificateArn=CERTIFICATE_ARN"
    )
