"""RF-016: findings that Security Hub does not take, because it is not enabled."""

from collections.abc import Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity

# What Security Hub answers where it is off.
# https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_DescribeHub.html
OFF = frozenset({"InvalidAccessException", "ResourceNotFoundException"})


@check(
    "RF-016",
    "Security Hub is not enabled where findings belong",
    severity=Severity.MEDIUM,
    needs={"entries"},
    fix="Enable AWS Security Hub CSPM in the account and Region in the message.",
    guide=("D64",),
)
def security_hub_off(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Findings of such a place are judged, kept and alerted, but shown nowhere.

    Nothing is lost: what Security Hub did not take is sent to it by the first sweep
    that finds it enabled. Other accounts and Regions do not wait for it.
    """
    for entry in estate.inventory.entries:
        if entry.hub_code in OFF:
            yield Problem(
                resource=entry.place,
                message="Security Hub is not enabled in the account "
                f"{entry.account}, {entry.region}, so its findings wait to be shown.",
                fix=f"In {entry.account}: aws securityhub enable-security-hub "
                f"--no-enable-default-standards --region {entry.region}",
                evidence={"code": entry.hub_code},
            )
        elif entry.hub_code:
            yield Doubt(
                entry.place,
                "whether Security Hub is enabled is not told: "
                f"securityhub:DescribeHub ({entry.hub_code})",
            )
