"""WAF-004: a web ACL before a product that writes no log."""

from collections.abc import Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.subjects.webacls import NEEDS, evidence_of, judged


@check(
    "WAF-004",
    "Web ACL is not logged",
    severity=Severity.LOW,
    needs=NEEDS | {"acl_logs"},
    fix="Log the web ACL.",
    guide=("D55",),
    relates=("AWS Security Hub WAF.11",),
)
def unlogged_web_acl(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Without a log nobody can say what was tried, or tune what blocks too much.

    Any destination counts, and any owner: the account's own configuration, Security
    Lake's, CloudWatch's. A log may leave out requests that were allowed.
    """
    logged = {log.acl for log in estate.inventory.acl_logs if log.destinations}
    for item in judged(estate):
        if isinstance(item, Doubt):
            yield item
        elif item.acl.id not in logged:
            acl, region = item.acl, estate.inventory.region
            partition, account = acl.id.split(":")[1], acl.id.split(":")[4]
            group = f"aws-waf-logs-{acl.name}"  # the name has to begin so
            arn = f"arn:{partition}:logs:{region}:{account}:log-group:{group}"
            yield Problem(
                resource=acl.id,
                message=f"The web ACL {acl.name} before {item.before} writes no log.",
                fix=f"aws logs create-log-group --region {region} "
                f"--log-group-name {group}\n"
                f"aws wafv2 put-logging-configuration --region {region} "
                "--logging-configuration "
                f"ResourceArn={acl.id},LogDestinationConfigs={arn}",
                evidence=evidence_of(acl),
            )
