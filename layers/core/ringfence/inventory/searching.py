"""Search domains of OpenSearch Service: from its answers to records."""

from dataclasses import dataclass
from sys import intern

from ringfence.inventory.answers import (
    Answers,
    Raw,
    flag,
    inner,
    text,
    text_or_empty,
    text_or_none,
    texts,
)
from ringfence.inventory.statements import Statement, read_document

NAMES = "opensearch.list_domain_names"
DOMAINS = "opensearch.describe_domains"
NEEDS = (NAMES, DOMAINS)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchDomain:
    """
    A domain of OpenSearch or Elasticsearch.

    *signs_in*: fine-grained access control asks for a user, and anonymous ones do
    not get in. *engine* is AWS's word, such as ``OpenSearch_2.19``.
    """

    id: str
    arn: str
    engine: str = ""
    vpc: str | None = None  # None: in none, or not told
    groups: tuple[str, ...] = ()
    subnets: tuple[str, ...] = ()
    policy: tuple[Statement, ...] = ()
    signs_in: bool = False
    requires_https: bool = False
    is_encrypted: bool = False
    is_encrypted_between_nodes: bool = False

    @property
    def is_public(self) -> bool:
        """Whether its endpoint is outside any VPC."""
        return self.vpc is None and not self.subnets


def read_domains(answers: Answers) -> tuple[SearchDomain, ...]:
    """Each domain that is not being deleted; none where it was not asked."""
    if not all(answers.has(operation) for operation in NEEDS):
        return ()
    found = answers.each(DOMAINS, "DomainStatusList", _domain)
    return tuple(domain for domain in found if domain)


def _domain(raw: Raw) -> SearchDomain | None:
    if flag(raw, "Deleted"):
        return None
    network = inner(raw, "VPCOptions")
    users = inner(raw, "AdvancedSecurityOptions")
    return SearchDomain(
        id=text(raw, "DomainName"),
        arn=text(raw, "ARN"),
        engine=intern(text_or_empty(raw, "EngineVersion")),
        vpc=text_or_none(network, "VPCId") or None,
        groups=texts(network, "SecurityGroupIds"),
        subnets=texts(network, "SubnetIds"),
        policy=read_document(raw, "AccessPolicies"),
        signs_in=flag(users, "Enabled") and not flag(users, "AnonymousAuthEnabled"),
        requires_https=flag(inner(raw, "DomainEndpointOptions"), "EnforceHTTPS"),
        is_encrypted=flag(inner(raw, "EncryptionAtRestOptions"), "Enabled"),
        is_encrypted_between_nodes=flag(
            inner(raw, "NodeToNodeEncryptionOptions"), "Enabled"
        ),
    )
