"""CloudFront distributions: from CloudFront's answer to records."""

from dataclasses import dataclass

from ringfence.inventory.answers import (
    Answers,
    Raw,
    flag,
    inner,
    rows,
    structure,
    text,
    text_or_empty,
    texts,
)

DISTRIBUTIONS = "cloudfront.list_distributions"


@dataclass(frozen=True, slots=True, kw_only=True)
class Behavior:
    """*path* is a pattern, ``*`` for the default; *viewers* AWS's protocol policy."""

    path: str
    viewers: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """
    Where a distribution fetches from.

    *protocol* is AWS's origin protocol policy, empty for a bucket or a VPC origin.
    """

    domain: str
    protocol: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """
    A CloudFront distribution; *id* is the ARN.

    *lowest_protocol* is the name of what AWS calls its security policy
    (``TLSv1.2_2021``); without a certificate of one's own it cannot be chosen.
    *web_acl* is an ARN, or an id of the first generation; empty: none.
    """

    id: str
    domain: str
    aliases: tuple[str, ...] = ()
    comment: str = ""
    is_enabled: bool = True
    lowest_protocol: str = ""
    has_own_certificate: bool = False
    behaviors: tuple[Behavior, ...] = ()
    origins: tuple[Origin, ...] = ()
    web_acl: str = ""


def read_distributions(answers: Answers) -> tuple[Distribution, ...]:
    """The account's, wherever they were asked for: CloudFront is in no Region."""
    if not answers.has(DISTRIBUTIONS):
        return ()
    return answers.one(DISTRIBUTIONS, _distributions)


def _distributions(raw: Raw) -> tuple[Distribution, ...]:
    listed = structure(raw, "DistributionList")
    return tuple(_distribution(item) for item in rows(listed, "Items"))


def _distribution(raw: Raw) -> Distribution:
    certificate = inner(raw, "ViewerCertificate")
    default = _behavior(inner(raw, "DefaultCacheBehavior"), "*")
    others = rows(inner(raw, "CacheBehaviors"), "Items")
    return Distribution(
        id=text(raw, "ARN"),
        domain=text(raw, "DomainName"),
        aliases=texts(inner(raw, "Aliases"), "Items"),
        comment=text_or_empty(raw, "Comment"),
        is_enabled=flag(raw, "Enabled"),
        lowest_protocol=text_or_empty(certificate, "MinimumProtocolVersion"),
        has_own_certificate=not flag(certificate, "CloudFrontDefaultCertificate"),
        behaviors=(
            default,
            *(_behavior(item, text(item, "PathPattern")) for item in others),
        ),
        origins=tuple(_origin(item) for item in rows(inner(raw, "Origins"), "Items")),
        web_acl=text_or_empty(raw, "WebACLId"),
    )


def _behavior(raw: Raw, path: str) -> Behavior:
    return Behavior(path=path, viewers=text_or_empty(raw, "ViewerProtocolPolicy"))


def _origin(raw: Raw) -> Origin:
    custom = inner(raw, "CustomOriginConfig")
    return Origin(
        domain=text(raw, "DomainName"),
        protocol=text_or_empty(custom, "OriginProtocolPolicy"),
    )
