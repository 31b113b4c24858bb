"""Plain requests to real servers on loopback."""

import socket
from pathlib import Path
from threading import Event

import pytest

from ringfence import __version__
from ringfence.inventory.visits import HttpObservation
from ringfence.probe import anywhere, observe
from ringfence.services import HTTP_PORTS
from tests.probe import peers
from tests.probe.certificates import issue

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

HOST = "jira.example.com"
OK = b"HTTP/1.1 200 OK\r\nServer: Apache\r\nContent-Length: 0\r\n\r\n"
TOO_LONG = "The answer is not acceptable HTTP: got more than 65536 bytes when reading"


def look(
    handle: peers.Handle, *, port: int = 80, timeout_s: float = 5
) -> HttpObservation:
    """What a probe of the plain port *port* sees of *handle*."""
    with peers.serving(handle) as where:
        seen = observe(
            HOST,
            port,
            may_dial=anywhere,
            connect_to=("127.0.0.1", where),
            timeout_s=timeout_s,
        )
    assert seen.tls is None
    assert seen.http is not None

    return seen.http


@pytest.mark.parametrize("port", sorted(HTTP_PORTS))
def test_http_ports_are_asked_in_plain_http(port: int) -> None:
    """Port 80 and the products' own connectors are asked in HTTP first."""
    seen: list[bytes] = []

    observed = look(peers.says(OK, seen=seen), port=port)

    assert (200, "", "Apache") == (observed.status, observed.location, observed.server)
    assert f"{HOST}:{port}" == observed.endpoint
    assert b"GET / HTTP/1.1\r\n" == seen[0][:16]
    assert not observed.is_tls


def test_the_request_names_the_host_and_ringfence_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The Host header is the name asked for; no credentials, whatever .netrc says."""
    netrc = tmp_path / "netrc"
    netrc.write_text(f"machine {HOST} login me password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    seen: list[bytes] = []

    look(peers.says(OK, seen=seen), port=8080)

    head, *headers = seen[0].decode().strip().split("\r\n")
    assert "GET / HTTP/1.1" == head
    agent = f"Ringfence/{__version__} (+security check of the owner's own endpoints)"
    assert {
        f"Host: {HOST}:8080",
        f"User-Agent: {agent}",
        "Accept: */*",
        "Connection: close",
    } == set(headers) - {"Accept-Encoding: identity"}


def test_a_redirect_is_told_and_not_followed() -> None:
    """A redirect's goal is observed; nobody asks there."""
    seen: list[bytes] = []
    answer = (
        f"HTTP/1.1 301 Moved\r\nLocation: https://{HOST}/\r\nContent-Length: 0\r\n\r\n"
    )

    observed = look(peers.says(answer.encode(), seen=seen))

    assert (301, f"https://{HOST}/") == (observed.status, observed.location)
    assert 1 == len(seen)


def test_a_redirect_to_the_metadata_service_is_only_text() -> None:
    """Where a redirect leads to has no effect on the probe."""
    goal = "http://169.254.169.254/latest/meta-data/"
    answer = f"HTTP/1.1 302 Found\r\nLocation: {goal}\r\nContent-Length: 0\r\n\r\n"

    assert goal == look(peers.says(answer.encode())).location


def test_an_endless_body_is_not_read() -> None:
    """The answer's head is enough, however long its body is."""
    start = b"HTTP/1.1 302 Found\r\nLocation: /login\r\n\r\n"

    observed = look(peers.endless(start + b"x" * 65536), timeout_s=5)

    assert (302, "/login", "") == (observed.status, observed.location, observed.error)


@pytest.mark.parametrize(
    ("handle", "error"),
    [
        (
            peers.says(b"HTTP/1.1 200 OK\r\nX: ", b"x" * 10_000_000),
            f"{TOO_LONG} header line.",
        ),
        (
            peers.endless(b"HTTP/1.1 100 Continue\r\n\r\n"),
            "The answer's headers exceed 256 KiB.",
        ),
        (
            peers.says(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n" * 200, b"\r\n"),
            "The answer is not acceptable HTTP: got more than 100 headers.",
        ),
        (peers.says(b"SSH-2.0-OpenSSH_9.6\r\n"), "The peer does not speak HTTP."),
        (
            peers.endless(b"\0" * 4096),
            f"{TOO_LONG} status line.",
        ),
        (peers.says(), "The peer closed the connection without an answer."),
        (
            peers.says(
                b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"
            ),
            "The answer is not acceptable HTTP: InvalidHeader.",
        ),
    ],
    ids=[
        "10 MB header",
        "endless 100",
        "200 headers",
        "ssh",
        "endless bytes",
        "hangs up",
        "two lengths",
    ],
)
def test_a_peer_that_is_not_acceptable_gives_an_error(
    handle: peers.Handle, error: str
) -> None:
    """Floods and garbage end in an observation that says so."""
    observed = look(handle)

    assert error == observed.error
    assert observed.status is None


def test_a_dripping_peer_is_given_up_in_time() -> None:
    """The time-out is one for the whole answer, not for each byte of it."""
    released = Event()
    with peers.serving(peers.dripping(b"HTTP/1.1 200 OK\r\nX: ", released)) as where:
        seen = observe(
            HOST, 80, may_dial=anywhere, connect_to=("127.0.0.1", where), timeout_s=0.5
        )
        released.set()

    assert seen.http is not None
    assert "No answer within 0.5 s." == seen.http.error


@pytest.mark.parametrize(
    "refusal",
    [
        b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n",
        b"\x15\x03\x01\x00\x02\x02\x0a",
    ],
    ids=["answers 400", "answers an alert"],
)
def test_tls_on_a_plain_port_is_noticed(tmp_path: Path, refusal: bytes) -> None:
    """A TLS server on a plain port gives a TLS observation."""
    own = issue(tmp_path, "own", names=[HOST])
    shake = peers.tls(own.path)

    def either(connection: socket.socket) -> None:
        if connection.recv(1, socket.MSG_PEEK) == b"G":
            connection.recv(65536)
            connection.sendall(refusal)
        else:
            shake(connection)

    with peers.serving(either) as where:
        seen = observe(HOST, 8080, may_dial=anywhere, connect_to=("127.0.0.1", where))

    assert seen.http is None
    assert seen.tls is not None
    assert ("CN=own", f"{HOST}:8080") == (seen.tls.subject, seen.tls.endpoint)
