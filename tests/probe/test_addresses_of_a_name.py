"""Every address of a name is looked at, within the same bounds."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from ipaddress import ip_address
from pathlib import Path

import pytest

from ringfence.inventory.handshakes import TlsObservation
from ringfence.probe import anywhere, observe
from ringfence.probe.addresses import Address
from tests.probe import peers
from tests.probe.certificates import Issued, issue

LOCAL = [f"127.0.0.{last}" for last in range(1, 8)]  # all of Linux's loopback net

pytestmark = pytest.mark.allow_hosts(LOCAL)

HOST = "git.example.com"


@pytest.fixture
def root(tmp_path: Path) -> Issued:
    return issue(tmp_path, "Example Root", is_authority=True)


@contextmanager
def serving_at(*handles: peers.Handle) -> Iterator[int]:
    """Serve each of *handles* at an address of its own, at one port."""
    with ExitStack() as stack:
        port = 0
        for address, handle in zip(LOCAL, handles, strict=False):
            server = peers.serving(handle, address=address, port=port)
            port = stack.enter_context(server)
        yield port


def look(
    port: int, root: Issued, addresses: list[str], *, refused: str = ""
) -> TlsObservation:
    """What a probe sees of a name with *addresses*."""

    def look_up(_name: str, _timeout_s: float) -> tuple[Address, ...]:
        return tuple(ip_address(text) for text in addresses)

    def may_dial(address: Address) -> bool:
        return str(address) != refused and anywhere(address)

    seen = observe(
        HOST, port, may_dial=may_dial, look_up=look_up, roots=root.pem, timeout_s=5
    ).tls
    assert seen is not None

    return seen


def test_the_certificates_of_all_addresses_are_told(
    tmp_path: Path, root: Issued
) -> None:
    """A node with an old certificate is seen although the first one is good."""
    good = issue(tmp_path, "good", by=root, names=[HOST])
    old = issue(tmp_path, "old", by=root, names=[HOST], days=(-90, -1))
    with serving_at(*(peers.tls(one.path) for one in (good, good, old))) as port:
        seen = look(port, root, ["127.0.0.3", "127.0.0.1", "127.0.0.2", "127.0.0.1"])

    assert ("127.0.0.1", True) == (seen.address, seen.is_trusted)
    same, other = seen.others
    assert ("127.0.0.2", seen.fingerprint, "") == (
        same.address,
        same.fingerprint,
        same.distrust,
    )
    assert ("127.0.0.3", "certificate has expired") == (other.address, other.distrust)
    assert seen.fingerprint != other.fingerprint


def test_an_address_that_does_not_answer_is_an_error_of_its_own(
    tmp_path: Path, root: Issued
) -> None:
    """It says nothing about the others."""
    good = issue(tmp_path, "good", by=root, names=[HOST])
    with serving_at(peers.tls(good.path), peers.says()) as port:
        seen = look(port, root, ["127.0.0.1", "127.0.0.2", "127.0.0.4"])

    assert "" == seen.error
    assert ["The peer closed", "No connection: "] == [
        other.error[:15] for other in seen.others
    ]


def test_an_address_that_must_not_be_dialled_is_not(
    tmp_path: Path, root: Issued
) -> None:
    """The refusal holds for each address of a name."""
    good = issue(tmp_path, "good", by=root, names=[HOST])
    with serving_at(*[peers.tls(good.path)] * 3) as port:
        seen = look(port, root, LOCAL[:3], refused="127.0.0.2")

    assert ["127.0.0.3"] == [other.address for other in seen.others]


def test_not_all_of_many_addresses_are_dialled(tmp_path: Path, root: Issued) -> None:
    """A name with any number of addresses costs a handful of handshakes."""
    good = issue(tmp_path, "good", by=root, names=[HOST])
    with serving_at(*[peers.tls(good.path)] * 7) as port:
        seen = look(port, root, LOCAL)

    assert LOCAL[1:5] == [other.address for other in seen.others]
