"""TLS policies are judged by what they allow, whatever they are called."""

from typing import Any

import pytest
from moto.elbv2.ssl_policies import SSL_POLICIES, build_policy

from ringfence.inventory.tls_policies import PREDEFINED, TlsPolicy, policy_of
from tests.inventory.estate import an_inventory, pages

# Told by AWS's pages of security policies, which moto's list lacks.
OTHERS = {
    "ELBSecurityPolicy-2016-08": ("TLSv1", False),
    "ELBSecurityPolicy-FS-2018-06": ("TLSv1", True),
    "ELBSecurityPolicy-FS-1-2-Res-2020-10": ("TLSv1.2", True),
    "ELBSecurityPolicy-TLS13-1-0-FIPS-2023-04": ("TLSv1", False),
    "ELBSecurityPolicy-TLS13-1-2-Ext0-FIPS-2023-04": ("TLSv1.2", True),
    "ELBSecurityPolicy-TLS13-1-2-Res-FIPS-PQ-2025-09": ("TLSv1.2", True),
}


@pytest.mark.parametrize("name", SSL_POLICIES)
def test_the_table_agrees_with_moto_s_list(name: str) -> None:
    """Another's list, kept apart: a name that the table lacks fails here."""
    told: Any = build_policy(name, SSL_POLICIES[name])
    ciphers = [cipher["Name"] for cipher in told["Ciphers"]]
    secret = ("ECDHE", "TLS_")

    assert (
        min(told["SslProtocols"]),
        all(cipher.startswith(secret) for cipher in ciphers),
        (),
    ) == (
        PREDEFINED[name].lowest,
        PREDEFINED[name].is_forward_secret,
        PREDEFINED[name].broken,
    )


@pytest.mark.parametrize(("name", "expected"), OTHERS.items())
def test_what_moto_lacks_is_as_aws_prints_it(
    name: str, expected: tuple[str, bool]
) -> None:
    """A sample of each family."""
    policy = PREDEFINED[name]

    assert expected == (policy.lowest, policy.is_forward_secret)


def test_a_name_s_protocol_is_the_lowest_of_the_table() -> None:
    """AWS's newer names say it: TLS13-1-2 is TLS 1.3 down to 1.2."""
    said = {"0": "TLSv1", "1": "TLSv1.1", "2": "TLSv1.2", "3": "TLSv1.3"}
    newer = [name for name in PREDEFINED if "-TLS13-1-" in name]

    assert 20 < len(newer)
    for name in newer:
        assert said[name.split("-TLS13-1-")[1][0]] == PREDEFINED[name].lowest


def test_aws_s_own_words_are_read() -> None:
    """What AWS was asked about: a newer policy, and a classic balancer's."""
    assert (
        TlsPolicy(
            id="ELBSecurityPolicy-TLS13-1-2-RFC9151-INTEROP4-FIPS-2023-07",
            lowest="TLSv1.2",
            is_forward_secret=False,
        ),
        TlsPolicy(
            id="jira/ELBSecurityPolicy-2016-08",
            lowest="TLSv1",
            is_forward_secret=False,
        ),
    ) == an_inventory().tls_policies


@pytest.mark.parametrize(
    ("ciphers", "broken"),
    [
        (["ECDHE-RSA-AES128-GCM-SHA256", "DHE-DSS-AES128-SHA"], ()),
        (["RC4-MD5"], ("RC4-MD5",)),
        (["DES-CBC3-SHA", "AES128-SHA"], ("DES-CBC3-SHA",)),
        (["EXP-RC2-CBC-MD5"], ("EXP-RC2-CBC-MD5",)),
    ],
)
def test_broken_ciphers_are_named(ciphers: list[str], broken: tuple[str, ...]) -> None:
    """RC4, DES and 3DES, export ciphers; elliptic curves and DSS are not DES."""
    policy = policy_of("own", ["TLSv1.2"], ciphers)

    assert policy
    assert broken == policy.broken


def test_an_own_policy_that_only_refers_allows_what_it_refers_to() -> None:
    """Whoever made it gave no protocol of his own."""
    answer = pages()["elb.describe_load_balancer_policies"]
    (description,) = answer["jira"]["PolicyDescriptions"]
    del description["PolicyAttributeDescriptions"][1:]

    policy = an_inventory(elb__describe_load_balancer_policies=answer).tls_policies[1]

    assert ("jira/ELBSecurityPolicy-2016-08", "TLSv1") == (policy.id, policy.lowest)


def test_one_that_says_nothing_is_left_out() -> None:
    """Neither protocols nor a reference: nobody knows what it allows."""
    answer = pages()["elb.describe_load_balancer_policies"]
    answer["jira"]["PolicyDescriptions"][0]["PolicyAttributeDescriptions"] = []

    found = an_inventory(elb__describe_load_balancer_policies=answer).tls_policies

    assert ["ELBSecurityPolicy-TLS13-1-2-RFC9151-INTEROP4-FIPS-2023-07"] == [
        policy.id for policy in found
    ]
