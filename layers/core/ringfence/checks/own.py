"""RF-001 to RF-005: what Ringfence has to say about itself."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator

from ringfence.acceptances import Acceptance
from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.policy import Waiver
from ringfence.snapshot import MALFORMED, Gap

_DENIED = frozenset(
    {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "Forbidden"}
)
_ABSENT = "NotInSnapshot"
_PREFIXES = {
    "efs": "elasticfilesystem",
    "elb": "elasticloadbalancing",
    "elbv2": "elasticloadbalancing",
    "opensearch": "es",
}
_HOMES = {"globalaccelerator": "us-west-2"}  # its one API is there
_ACRONYMS = {"Db": "DB", "Ssl": "SSL"}
_ACRONYMS_OF_WAF = {"Acl": "ACL", "Acls": "ACLs"}  # network ACLs are Acls
_SHOWN = 20
_ACCEPTED_FIX = "Fix what was accepted, or accept its finding in Security Hub again."
_STRANGE_FIX = (
    "\nUpgrade Ringfence, which may know by now what AWS answers there. If it is the "
    "newest, report this message: nothing in the account has to be mended."
)
# API Gateway's actions are HTTP's methods.
_BY_METHOD = frozenset({"apigateway", "apigatewayv2"})


@check(
    "RF-001",
    "Ringfence could not read a part of the account",
    severity=Severity.HIGH,
    needs=(),
    fix="Give Ringfence's reading role the permission, or ask again later.",
    guide=("D10", "D64"),
)
def unread_part(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    What was not read was not judged: its checks neither pass nor close anything.

    The message names the operation, AWS's own error code and, where access was
    denied, the missing permission. An answer that makes no sense to Ringfence is
    told with the field: AWS says something new there, or Ringfence is wrong.
    An operation that a snapshot on disk does not hold is only mentioned.
    """
    by_operation: dict[str, set[Gap]] = defaultdict(set)
    parts: dict[str, set[str]] = defaultdict(set)
    for part, gaps in estate.inventory.gaps.items():
        for gap in gaps:
            by_operation[gap.operation].add(gap)
            parts[gap.operation].add(part)
    for operation, found in sorted(by_operation.items()):
        listed = sorted(found, key=lambda gap: (gap.code, gap.argument or ""))
        names = sorted(parts[operation])
        yield _unread(estate.inventory.region, operation, listed, names)


def _unread(region: str, operation: str, gaps: list[Gap], parts: list[str]) -> Problem:
    codes = sorted({gap.code for gap in gaps})
    is_denied = bool(_DENIED & set(codes))
    message = (
        f"{operation} was not read ({', '.join(codes)}), so {', '.join(parts)} "
        "could not be judged."
    )
    region = _HOMES.get(operation.partition(".")[0], region)
    fix = f"Try: {command_of(operation)} --region {region}"
    if is_denied:
        message += f" The permission {permission_of(operation)} is missing."
        fix = f"Allow {permission_of(operation)} in the role that Ringfence reads with."
        fix += f"\nThen try: {command_of(operation)} --region {region}"
    strange = next((gap for gap in gaps if gap.code == MALFORMED), None)
    if strange:
        where = f" for {strange.argument}" if strange.argument else ""
        message += f" AWS's answer{where} makes no sense to us: {strange.message}."
        fix += _STRANGE_FIX
    return Problem(
        resource=operation,
        message=message,
        severity=Severity.INFORMATIONAL if codes == [_ABSENT] else Severity.HIGH,
        fix=fix,
        evidence={
            "operation": operation,
            "parts": parts,
            "gaps": [
                {"code": gap.code, "message": gap.message, "argument": gap.argument}
                for gap in gaps[:_SHOWN]
            ],
            "gap_count": len(gaps),
        },
    )


def permission_of(operation: str) -> str:
    """Give the IAM action of ``<boto3 client>.<method>``."""
    client, method, *_ = operation.split(".")
    if client in _BY_METHOD:
        return "apigateway:GET"
    words = (word.capitalize() for word in method.split("_"))
    acronyms = _ACRONYMS_OF_WAF if client == "wafv2" else _ACRONYMS
    action = "".join(acronyms.get(word, word) for word in words)
    return f"{_PREFIXES.get(client, client)}:{action}"


def command_of(operation: str) -> str:
    """Give the AWS CLI command of ``<boto3 client>.<method>``."""
    client, method, *_ = operation.split(".")
    return f"aws {client} {method.replace('_', '-')}"


@check(
    "RF-002",
    "A check crashed",
    severity=Severity.HIGH,
    needs=(),
    fix="Report it with the message; the check's findings stay as they were.",
)
def crashed_check(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    A check that crashed has judged nothing: its findings stay as they were.

    `evaluate` tells it, for it alone sees the crash.
    """
    yield from _told_by_evaluate(estate)


@check(
    "RF-003",
    "The newest policy is not in force",
    severity=Severity.HIGH,
    needs=(),
    fix="Correct the policy; the field and the reason are in the message.",
    guide=("D22", "D33"),
)
def invalid_policy(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    The last valid policy stays in force: what the owner wrote since does not count.

    Waivers and trusted ranges may thus be older than the owner believes.
    """
    if estate.policy_error is not None:
        yield Problem(
            resource="policy",
            message=f"The newest policy is not in force: {estate.policy_error}",
            evidence={"error": estate.policy_error},
        )


@check(
    "RF-004",
    "A waiver has expired",
    severity=Severity.LOW,
    needs=(),
    fix="Fix what was waived and remove the waiver, or give it a new date.",
    guide=("D10", "D64", "D66"),
)
def expired_waiver(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    An expired waiver waives nothing: what it accepted is a finding again.

    Its owner should decide anew, not find out from the alert.
    """
    today = estate.inventory.taken_at.date()
    for waiver in estate.policy.waivers:
        if waiver.expires < today:
            yield Problem(
                resource=f"waiver/{fingerprint(waiver)}",
                message=f"The waiver of {', '.join(waiver.check)} on "
                f"{', '.join(waiver.resource)} expired on {waiver.expires}. "
                f"Its owner is {waiver.owner}, its reason: {waiver.reason}",
                fix=_ACCEPTED_FIX if isinstance(waiver, Acceptance) else None,
                evidence=waiver.model_dump(mode="json"),
            )


def fingerprint(waiver: Waiver) -> str:
    """Give a short name to *waiver* that stays while its words stay."""
    return hashlib.sha256(waiver.model_dump_json().encode()).hexdigest()[:12]


@check(
    "RF-005",
    "A check cannot tell for a resource",
    severity=Severity.LOW,
    needs=(),
    fix="Make readable what the message names; then the check can answer.",
    guide=("D10",),
)
def undecided_check(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Where a check cannot tell, the resource neither passes nor fails.

    The message names the check and what it lacked, such as a prefix list of
    another account or an endpoint that did not answer. Checks that lack the same
    of one resource are told together.
    `evaluate` tells it, from the doubts of all checks.
    """
    yield from _told_by_evaluate(estate)


def _told_by_evaluate(_: Estate) -> Iterator[Problem | Doubt]:
    """Nothing here: only the engine sees what becomes of other checks."""
    return iter(())
