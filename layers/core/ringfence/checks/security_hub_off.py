"""RF-016: findings that Security Hub does not take where they belong."""

from collections.abc import Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory.entries import Entry

# What Security Hub answers where it is off: for itself, and for an import.
# https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_DescribeHub.html
OFF = frozenset(
    {"InvalidAccess", "InvalidAccessException", "ResourceNotFoundException"}
)


@check(
    "RF-016",
    "Security Hub does not take findings where they belong",
    severity=Severity.MEDIUM,
    needs={"entries"},
    fix="Enable AWS Security Hub CSPM in the account and Region in the message.",
    guide=("D64",),
)
def security_hub_off(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Findings of such a place are judged, kept and alerted, but shown nowhere.

    Nothing is lost: what Security Hub did not take is sent to it again by the next
    sweep that finds it enabled. Other accounts and Regions do not wait for it.
    """
    for entry in estate.inventory.entries:
        if entry.hub_code in OFF:
            yield _off(entry)
        elif entry.parked and entry.parked not in OFF:
            yield _not_imported(entry)
        elif entry.hub_code:
            yield Doubt(
                entry.place,
                "whether Security Hub is enabled is not told: "
                f"securityhub:DescribeHub ({entry.hub_code})",
            )


def _off(entry: Entry) -> Problem:
    return Problem(
        resource=entry.place,
        message="Security Hub is not enabled in the account "
        f"{entry.account}, {entry.region}, so its findings wait to be shown.",
        fix=f"In {entry.account}: aws securityhub enable-security-hub "
        f"--no-enable-default-standards --region {entry.region}",
        evidence={"code": entry.hub_code},
    )


def _not_imported(entry: Entry) -> Problem:
    return Problem(
        resource=entry.place,
        message=f"Findings of the account {entry.account}, {entry.region}, could not "
        f"be imported into Security Hub ({entry.parked}), so they wait to be shown.",
        fix="Let Ringfence's publish function have securityhub:BatchImportFindings, "
        "BatchUpdateFindings and GetFindings there: in another account, by the role "
        "of member.yaml whose name ends in -publish. Everything that waits is sent "
        "with each sweep; the one after the first that succeeds closes this.",
        evidence={"code": entry.parked},
    )
