"""
What TLS policies of load balancers let clients negotiate.

Most are AWS's own, by name, and what a name allows does not change. Those whose
protocols and ciphers AWS's pages print are in a table here, so that they cost no
call; AWS itself is asked about the others in use, and about each classic load
balancer's own.
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
https://docs.aws.amazon.com/elasticloadbalancing/latest/network/describe-ssl-policies.html
https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/elb-security-policy-table.html
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from ringfence.inventory.answers import (
    Answers,
    Raw,
    inner,
    rows,
    text,
    text_or_empty,
    texts,
)

NEWER = "elbv2.describe_ssl_policies"
CLASSIC = "elb.describe_load_balancer_policies"

# Oldest first, in AWS's words.
PROTOCOLS = ("SSLv2", "SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")

_PREFIX = "ELBSecurityPolicy-"
_FORWARD_SECRET = ("ECDHE-", "DHE-", "EDH-", "TLS_")
_BROKEN = re.compile("RC2|RC4|DES|NULL|EXP|MD5|ADH|AECDH")
_ENCRYPTED = ("HTTPS", "SSL")

# Name, lowest protocol, whether all ciphers are forward secret, broken ciphers.
_TABLE = """
2011-08                        SSLv3   no  RC4-SHA,DES-CBC3-SHA
2014-01                        SSLv3   no  RC4-SHA
2014-10                        TLSv1   no  RC4-SHA
2015-02                        TLSv1   no
2015-03                        TLSv1   no  DES-CBC3-SHA
2015-05                        TLSv1   no
2016-08                        TLSv1   no
FS-1-1-2019-08                 TLSv1.1 yes
FS-1-2-2019-08                 TLSv1.2 yes
FS-1-2-Res-2019-08             TLSv1.2 yes
FS-1-2-Res-2020-10             TLSv1.2 yes
FS-2018-06                     TLSv1   yes
TLS-1-0-2015-04                TLSv1   no  DES-CBC3-SHA
TLS-1-1-2017-01                TLSv1.1 no
TLS-1-2-2017-01                TLSv1.2 no
TLS-1-2-Ext-2018-06            TLSv1.2 no
TLS13-1-0-2021-06              TLSv1   no
TLS13-1-0-FIPS-2023-04         TLSv1   no
TLS13-1-0-FIPS-PQ-2025-09      TLSv1   no
TLS13-1-0-PQ-2025-09           TLSv1   no
TLS13-1-1-2021-06              TLSv1.1 no
TLS13-1-1-FIPS-2023-04         TLSv1.1 no
TLS13-1-2-2021-06              TLSv1.2 yes
TLS13-1-2-Ext0-FIPS-2023-04    TLSv1.2 yes
TLS13-1-2-Ext0-FIPS-PQ-2025-09 TLSv1.2 yes
TLS13-1-2-Ext1-2021-06         TLSv1.2 no
TLS13-1-2-Ext1-FIPS-2023-04    TLSv1.2 no
TLS13-1-2-Ext1-FIPS-PQ-2025-09 TLSv1.2 no
TLS13-1-2-Ext1-PQ-2025-09      TLSv1.2 no
TLS13-1-2-Ext2-2021-06         TLSv1.2 no
TLS13-1-2-Ext2-FIPS-2023-04    TLSv1.2 no
TLS13-1-2-Ext2-FIPS-PQ-2025-09 TLSv1.2 no
TLS13-1-2-Ext2-PQ-2025-09      TLSv1.2 no
TLS13-1-2-FIPS-2023-04         TLSv1.2 yes
TLS13-1-2-FIPS-PQ-2025-09      TLSv1.2 yes
TLS13-1-2-PQ-2025-09           TLSv1.2 yes
TLS13-1-2-Res-2021-06          TLSv1.2 yes
TLS13-1-2-Res-FIPS-2023-04     TLSv1.2 yes
TLS13-1-2-Res-FIPS-PQ-2025-09  TLSv1.2 yes
TLS13-1-2-Res-PQ-2025-09       TLSv1.2 yes
TLS13-1-3-2021-06              TLSv1.3 yes
TLS13-1-3-FIPS-2023-04         TLSv1.3 yes
TLS13-1-3-FIPS-PQ-2025-09      TLSv1.3 yes
TLS13-1-3-PQ-2025-09           TLSv1.3 yes
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsPolicy:
    """
    What clients may negotiate under a policy, at worst.

    *id* is AWS's name, or ``<load balancer>/<name>`` for a classic one's own.
    *lowest* is the oldest of `PROTOCOLS`. *is_forward_secret* is whether every
    cipher is; *broken* are those that no client should be given.
    """

    id: str
    lowest: str
    is_forward_secret: bool
    broken: tuple[str, ...] = ()


def policy_of(
    name: str, protocols: Iterable[str], ciphers: Iterable[str]
) -> TlsPolicy | None:
    """The policy that allows *protocols* and *ciphers*; None: no protocol known."""
    known = [protocol for protocol in PROTOCOLS if protocol in set(protocols)]
    if not known:
        return None
    allowed = tuple(ciphers)
    return TlsPolicy(
        id=name,
        lowest=known[0],
        is_forward_secret=all(item.startswith(_FORWARD_SECRET) for item in allowed),
        broken=tuple(item for item in allowed if _BROKEN.search(item)),
    )


def _listed(line: str) -> TlsPolicy:
    name, lowest, always, *broken = line.split()
    return TlsPolicy(
        id=_PREFIX + name,
        lowest=lowest,
        is_forward_secret=always == "yes",
        broken=tuple(broken[0].split(",")) if broken else (),
    )


PREDEFINED: Mapping[str, TlsPolicy] = {
    policy.id: policy for policy in map(_listed, _TABLE.strip().splitlines())
}


def read_tls_policies(answers: Answers) -> tuple[TlsPolicy, ...]:
    """Those that AWS was asked about; the predefined ones are in `PREDEFINED`."""
    found: list[TlsPolicy | None] = []
    if answers.has(NEWER):
        found += answers.each(NEWER, "SslPolicies", _newer)
    if answers.has(CLASSIC):
        for balancer in answers.arguments(CLASSIC):
            read = partial(_classic, balancer)
            found += (
                answers.each_of(CLASSIC, balancer, "PolicyDescriptions", read) or ()
            )
    return tuple(policy for policy in found if policy)


def negotiations_of(balancer: Raw) -> tuple[str, ...]:
    """The names of the policies of a classic *balancer*'s encrypted listeners."""
    others = texts(inner(balancer, "Policies"), "OtherPolicies")
    used = {
        name
        for item in rows(balancer, "ListenerDescriptions")
        if text_or_empty(inner(item, "Listener"), "Protocol").upper() in _ENCRYPTED
        for name in texts(item, "PolicyNames")
    }
    return tuple(name for name in others if name in used)


def _newer(raw: Raw) -> TlsPolicy | None:
    ciphers = [text(cipher, "Name") for cipher in rows(raw, "Ciphers")]
    return policy_of(text(raw, "Name"), texts(raw, "SslProtocols"), ciphers)


def _classic(balancer: str, raw: Raw) -> TlsPolicy | None:
    """
    By its own attributes: it may be anybody's choice of protocols and ciphers.

    One that has none of them but refers to a predefined policy allows that one's.
    """
    attributes = {
        text(item, "AttributeName"): text_or_empty(item, "AttributeValue")
        for item in rows(raw, "PolicyAttributeDescriptions")
    }
    name = f"{balancer}/{text(raw, 'PolicyName')}"
    allowed = [key for key, value in attributes.items() if value.lower() == "true"]
    protocols = [key.removeprefix("Protocol-") for key in allowed]
    ciphers = [
        key
        for key in allowed
        if not key.startswith("Protocol-") and key != "Server-Defined-Cipher-Order"
    ]
    told = policy_of(name, protocols, ciphers)
    reference = PREDEFINED.get(attributes.get("Reference-Security-Policy", ""))
    return told or (replace(reference, id=name) if reference else None)
