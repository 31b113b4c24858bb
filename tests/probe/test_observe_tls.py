"""Handshakes with real servers on loopback."""

import hashlib
import socket
import ssl
import time
from pathlib import Path
from threading import Event

import pytest

from ringfence.inventory.handshakes import TlsObservation
from ringfence.probe import anywhere, observe
from tests.probe import peers
from tests.probe.certificates import NOW, Issued, issue

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

HOST = "git.example.com"


@pytest.fixture
def authority(tmp_path: Path) -> Issued:
    return issue(tmp_path, "Example Root", is_authority=True)


def look(
    handle: peers.Handle,
    *,
    host: str = HOST,
    cafile: Path | None = None,
    timeout_s: float = 5,
) -> TlsObservation:
    """What a probe of *host* at port 443 sees of *handle*."""
    with peers.serving(handle) as port:
        seen = observe(
            host,
            443,
            may_dial=anywhere,
            connect_to=("127.0.0.1", port),
            roots=cafile.read_text() if cafile else "",
            with_http=False,
            timeout_s=timeout_s,
        )
    assert seen.http is None
    assert seen.tls is not None

    return seen.tls


def test_a_certificate_of_a_trusted_root_for_the_host_is_trusted(
    tmp_path: Path, authority: Issued
) -> None:
    """Chain, name and dates right: trusted, with all that the handshake showed."""
    good = issue(tmp_path, "good", by=authority, names=[HOST, "www.example.com"])

    seen = look(peers.tls(good.path), cafile=authority.path)

    assert "" == seen.error
    assert (True, "") == (seen.is_trusted, seen.distrust)
    assert (f"{HOST}:443", "127.0.0.1") == (seen.endpoint, seen.address)
    assert "TLSv1.3" == seen.protocol
    assert seen.cipher.startswith("TLS_")
    assert (HOST, "www.example.com") == seen.names
    assert ("CN=good", "CN=Example Root") == (seen.subject, seen.issuer)
    assert "EC_prime256v1" == seen.key
    assert hashlib.sha256(good.der).hexdigest() == seen.fingerprint
    assert not seen.is_self_signed
    assert good.certificate.not_valid_after_utc == seen.not_after


def test_a_good_peer_is_asked_six_times(tmp_path: Path, authority: Issued) -> None:
    """One handshake, a hello for each of four old versions, and one for ciphers."""
    good = issue(tmp_path, "good", by=authority, names=[HOST])
    accepted: list[socket.socket] = []
    shake = peers.tls(good.path)

    def handle(connection: socket.socket) -> None:
        accepted.append(connection)
        shake(connection)

    look(handle, cafile=authority.path)

    assert 6 == len(accepted)


def test_an_expired_certificate_says_when_it_expired(
    tmp_path: Path, authority: Issued
) -> None:
    """What verification refuses is read all the same."""
    expired = issue(tmp_path, "old", by=authority, names=[HOST], days=(-90, -1))

    seen = look(peers.tls(expired.path), cafile=authority.path)

    assert (False, "certificate has expired") == (seen.is_trusted, seen.distrust)
    assert seen.not_after is not None
    assert seen.not_after < NOW


def test_a_self_signed_certificate_is_told_apart(tmp_path: Path) -> None:
    """A certificate that its own key signed is self-signed, and not trusted."""
    own = issue(tmp_path, "own", names=[HOST])

    seen = look(peers.tls(own.path))

    assert seen.is_self_signed
    assert (False, "self-signed certificate") == (seen.is_trusted, seen.distrust)


def test_an_unknown_root_is_not_trusted(tmp_path: Path, authority: Issued) -> None:
    """A chain that ends at a root nobody named is not trusted."""
    good = issue(tmp_path, "good", by=authority, names=[HOST])

    seen = look(peers.tls(good.path))

    assert not seen.is_trusted
    assert (
        "the certificate of CN=Example Root, which signed CN=good, is not sent and is "
        "of no known authority" == seen.distrust
    )


def test_a_certificate_for_another_host_is_not_trusted(
    tmp_path: Path, authority: Issued
) -> None:
    """The name asked for must be among the certificate's names."""
    other = issue(tmp_path, "other", by=authority, names=["jira.example.com"])

    seen = look(peers.tls(other.path), cafile=authority.path)

    assert not seen.is_trusted
    assert HOST in seen.distrust
    assert ("jira.example.com",) == seen.names


@pytest.mark.skipif(not ssl.HAS_TLSv1_1, reason="this OpenSSL has no TLS 1.1")
@pytest.mark.parametrize("is_known", [True, False])
def test_a_server_of_tls_1_1_is_read_and_verified(
    tmp_path: Path, authority: Issued, *, is_known: bool
) -> None:
    """A server that today's clients refuse is told from one that is not trusted."""
    good = issue(tmp_path, "good", by=authority, names=[HOST])
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        handle = peers.tls(good.path, version=ssl.TLSVersion.TLSv1_1)

    seen = look(handle, cafile=authority.path if is_known else None)

    assert ("", "TLSv1.1", is_known) == (seen.error, seen.protocol, seen.is_trusted)
    assert "CN=good" == seen.subject


@pytest.mark.parametrize("port", [443, 80])
def test_a_silent_peer_costs_its_time_out(port: int) -> None:
    """A peer that accepts and says nothing is given up in time."""
    released = Event()
    started = time.monotonic()
    with peers.serving(peers.silent(released)) as where:
        seen = observe(
            HOST,
            port,
            may_dial=anywhere,
            connect_to=("127.0.0.1", where),
            timeout_s=0.4,
        )
        released.set()

    observed = seen.tls if port == 443 else seen.http
    assert observed is not None
    assert "No answer within 0.4 s." == observed.error
    assert time.monotonic() - started < 3


@pytest.mark.parametrize(
    ("handle", "error"),
    [
        (peers.says(b"SSH-2.0-OpenSSH_9.6\r\n"), "The peer does not speak TLS."),
        (peers.says(bytes(range(256)) * 9), "The peer does not speak TLS."),
        (
            peers.says(),
            "The peer closed the connection during the TLS handshake.",
        ),
        (peers.endless(b"\0" * 4096), "The peer does not speak TLS."),
    ],
    ids=["ssh", "garbage", "hangs up", "endless"],
)
def test_a_peer_without_tls_gives_an_error(handle: peers.Handle, error: str) -> None:
    """What is neither TLS nor HTTP is an error of the TLS observation."""
    seen = look(handle, timeout_s=3)

    assert error == seen.error
    assert ("", "") == (seen.protocol, seen.subject)


def test_a_closed_port_is_an_error() -> None:
    """A refused connection is told as such, not as a TLS failure."""
    with peers.serving(peers.says()) as port:
        pass
    seen = observe(HOST, 443, may_dial=anywhere, connect_to=("127.0.0.1", port))

    assert seen.tls is not None
    assert "No connection: Connection refused." == seen.tls.error


def test_plain_http_on_a_tls_port_is_noticed() -> None:
    """A peer that answers HTTP where TLS is expected gives an HTTP observation."""
    answer = b"HTTP/1.1 200 OK\r\nServer: old\r\nContent-Length: 0\r\n\r\n"
    with peers.serving(peers.says(answer)) as port:
        seen = observe(HOST, 8443, may_dial=anywhere, connect_to=("127.0.0.1", port))

    assert seen.tls is None
    assert seen.http is not None
    assert (200, "old", "") == (seen.http.status, seen.http.server, seen.http.error)
    assert f"{HOST}:8443" == seen.http.endpoint
