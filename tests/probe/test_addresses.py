"""Which addresses may be dialled."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringfence.probe import EndpointError, observe, public_only, public_or_private
from ringfence.probe.addresses import Address, kind_of

NEVER = {
    "127.0.0.1": "a loopback address",
    "127.255.0.9": "a loopback address",
    "::1": "a loopback address",
    "169.254.1.1": "a link-local address",
    "fe80::1": "a link-local address",
    "169.254.169.254": "the instance metadata service",
    "fd00:ec2::254": "the instance metadata service",
    "224.0.0.1": "a multicast address",
    "ff0e::1": "a multicast address",
    "0.0.0.0": "the unspecified address",  # noqa: S104 - an example
    "::": "the unspecified address",
    "255.255.255.255": "a reserved address",
    "::ffff:127.0.0.1": "a loopback address (127.0.0.1) in an IPv6 one",
    "::ffff:169.254.169.254": (
        "the instance metadata service (169.254.169.254) in an IPv6 one"
    ),
    "64:ff9b::a9fe:a9fe": (
        "the instance metadata service (169.254.169.254) in an IPv6 one"
    ),
    "2002:7f00:1::": "a loopback address (127.0.0.1) in an IPv6 one",
}
IN_A_VPC = {
    "10.1.2.3": "a private address",
    "172.31.0.1": "a private address",
    "192.168.1.1": "a private address",
    "fd12:3456::1": "a private address",
    "100.64.0.1": "a carrier-grade NAT address",
}
PUBLIC = ["8.8.8.8", "52.95.110.1", "2600:1f18::1", "::ffff:8.8.8.8"]


@pytest.mark.parametrize(("text", "kind"), (NEVER | IN_A_VPC).items())
def test_addresses_that_are_not_public_are_refused_by_kind(
    text: str, kind: str
) -> None:
    """What the internet does not route is refused, and it is said what it is."""
    address = ip_address(text)

    assert kind == kind_of(address)
    assert not public_only(address)
    assert (text in IN_A_VPC) == public_or_private(address)


@pytest.mark.parametrize("text", PUBLIC)
def test_public_addresses_are_allowed(text: str) -> None:
    """What the internet routes may be dialled from anywhere."""
    assert public_only(ip_address(text))
    assert public_or_private(ip_address(text))


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_as_bad_in_an_ipv6_one(address: IPv4Address) -> None:
    """No translation makes a refused IPv4 address a permitted IPv6 one."""
    number = int(address)
    for carrier in (0x64FF9B << 96, 0xFFFF << 32):
        assert public_only(address) == public_only(IPv6Address(carrier | number))


@given(st.ip_addresses())
def test_what_is_allowed_from_outside_is_allowed_in_a_vpc(address: Address) -> None:
    """A probe in a VPC may dial at least what one outside may."""
    assert public_or_private(address) or not public_only(address)


def never(_name: str, _timeout_s: float) -> tuple[Address, ...]:
    """A resolver that must not be asked."""
    raise AssertionError


@pytest.mark.parametrize("text", NEVER)
def test_a_refused_address_is_named_with_the_reason(text: str) -> None:
    """The observation says which address was not dialled, and why."""
    seen = observe(text, 443, may_dial=public_or_private, look_up=never)

    assert seen.tls is not None
    address = ip_address(text)
    assert f"Refused to dial {address}: it is {NEVER[text]}." == seen.tls.error


def test_a_name_is_looked_up_once_and_judged_by_that_answer() -> None:
    """A name whose address changes between two look-ups gets no second one."""
    answers = [(ip_address("169.254.169.254"),), (ip_address("8.8.8.8"),)]

    seen = observe(
        "rebind.example.com",
        80,
        may_dial=public_only,
        look_up=lambda _name, _timeout_s: answers.pop(0),
    )

    assert seen.http is not None
    assert "169.254.169.254" in seen.http.error
    assert 1 == len(answers)


def test_what_connect_to_names_is_judged_too() -> None:
    """Dialling elsewhere is no way around the refusal."""
    seen = observe(
        "jira.example.com",
        443,
        may_dial=public_only,
        connect_to=("127.0.0.1", 443),
        look_up=never,
    )

    assert seen.tls is not None
    assert "Refused to dial 127.0.0.1: it is a loopback address." == seen.tls.error


@given(st.text(max_size=300), st.integers(-1, 70000))
def test_no_text_at_all_is_dialled_where_it_must_not(text: str, port: int) -> None:
    """Any host gives a clear refusal, or only a look-up of a clean ASCII name."""
    asked: list[str] = []

    def look_up(name: str, _timeout_s: float) -> tuple[Address, ...]:
        asked.append(name)
        return (ip_address("127.0.0.1"),)

    try:
        seen = observe(
            text, port, may_dial=lambda _address: False, look_up=look_up, timeout_s=1
        )
    except EndpointError:
        assert not asked
        return
    observed = seen.tls or seen.http
    assert observed is not None
    assert observed.error.startswith("Refused to dial ")
    assert all(name.isascii() and len(name) <= 253 for name in asked)


hostile = st.sampled_from(
    [
        *("169.254.169.254", "localhost", "LOCALHOST.", "[::1]", "0x7f.1", "127.1"),
        *("git.example.com\r\nHost: evil", "git.example.com\x00", "x" * 300, "b\u00fc"),
        *("\u2488", "git\u3002example", "git.example.com", "a@b", "%31", "..", "*"),
    ]
)


@given(hostile | st.text(max_size=300), st.integers(1, 65535), st.data())
def test_a_name_that_rebinds_is_never_dialled_where_it_must_not(
    host: str, port: int, data: st.DataObject
) -> None:
    """
    Whatever a message names and the DNS answers, nothing refused is touched.

    Sockets are off in this test: one that were opened would end it.
    """
    asked = 0
    refused = st.ip_addresses().filter(lambda address: not public_only(address))

    def look_up(_name: str, _timeout_s: float) -> tuple[Address, ...]:
        nonlocal asked
        asked += 1
        return (data.draw(refused),)

    try:
        seen = observe(host, port, may_dial=public_only, look_up=look_up)
    except EndpointError:
        return
    (one,) = (item for item in seen if item)
    assert one.error.startswith("Refused to dial ") or public_only(ip_address(host))
    assert asked <= 1
