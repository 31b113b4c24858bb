"""RF-015: an account, or a Region of it, that Ringfence cannot read."""

from collections.abc import Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory.entries import Entry, Refusal

_NOT_ENABLED = frozenset(
    {
        "AuthFailure",
        "InvalidClientTokenId",
        "OptInRequired",
        "UnrecognizedClientException",
    }
)
_DENIED = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"})


@check(
    "RF-015",
    "An account or Region cannot be read",
    severity=Severity.HIGH,
    needs={"entries"},
    fix="Let Ringfence in again, or take the account out of the stack's Accounts.",
    guide=("D10", "D64"),
)
def unreadable_account(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    What is not read is not judged: all findings there stay as they were.

    The other accounts and Regions are watched as before. The finding stands in
    Ringfence's own account, for the one that it is about may not take it.
    """
    for entry in estate.inventory.entries:
        if entry.refusal:
            message, fix = _told(entry, entry.refusal)
            yield Problem(
                resource=entry.place,
                message=message,
                fix=fix,
                evidence={
                    "account": entry.account,
                    "region": entry.region,
                    "step": entry.refusal.step,
                    "role": entry.refusal.role,
                    "code": entry.refusal.code,
                    "message": entry.refusal.message,
                },
            )


def _told(entry: Entry, refusal: Refusal) -> tuple[str, str]:
    """The message and the fix."""
    account, code = entry.account, refusal.code
    if refusal.step == "region":
        return _shut_region(account, entry.region, code)
    if refusal.step == "list":
        message = (
            f"AWS Organizations does not tell its accounts ({code}), so only "
            "Ringfence's own and those that are listed by id are swept."
        )
        fix = (
            "Deploy Ringfence in the organisation's management account or in a "
            "delegated administrator's, or name the accounts by id in the stack's "
            "parameter Accounts.\nThen try: aws organizations list-accounts"
        )
    elif refusal.step == "state":
        message = f"The account {account} is {code} and is not swept."
        fix = (
            "Have it activated again, or let it go: its findings are kept as they "
            "are.\nSee: aws organizations describe-account "
            f"--account-id {account}"
        )
    else:
        message = (
            f"The account {account} does not let Ringfence in ({code}): the role "
            f"{refusal.role} is not there, does not trust Ringfence's function "
            "roles with this external id, or the account is suspended."
        )
        fix = (
            f"Deploy member.yaml in {account} with the parameters that the stack's "
            "output MemberParameters gives.\nThen look at the role's trust: aws iam "
            f"get-role --role-name {refusal.role.rpartition('/')[2]}"
        )
    return message, fix


def _shut_region(account: str, region: str, code: str) -> tuple[str, str]:
    """The message and the fix for a Region in which nothing is answered."""
    out = f"Take {region} out of the stack's Regions, or "
    if code in _DENIED:
        message = (
            f"In {account} nothing may be read in {region} ({code}): the role lacks "
            "ec2:DescribeRegions there, or a service control policy denies the Region."
        )
        return message, (
            f"{out}allow it in that policy and name it in member.yaml's Regions too."
        )
    why = "is not enabled" if code in _NOT_ENABLED else "does not answer"
    message = f"The Region {region} {why} in {account} ({code}): nothing is read there."
    return message, (
        f"{out}enable it: aws account enable-region --account-id {account} "
        f"--region-name {region}"
    )
