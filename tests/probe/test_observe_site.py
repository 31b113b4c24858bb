"""Visits of real servers on loopback, in TLS and in clear; honest and hostile."""

import socket
import time
from ipaddress import ip_address
from pathlib import Path
from threading import Event

import pytest

from ringfence.inventory.handshakes import Offer
from ringfence.inventory.visits import Cookie, HttpObservation
from ringfence.probe import Observations, anywhere, observe
from ringfence.probe.addresses import Address
from tests.probe import peers
from tests.probe.certificates import Issued, issue
from tests.probe.peers import HTML, JIRA, page

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

HOST = "jira.example.com"
TOO_LONG = "The answer is not acceptable HTTP: got more than 65536 bytes when reading"


@pytest.fixture
def own(tmp_path: Path) -> Issued:
    return issue(tmp_path, "own", names=[HOST])


def look(
    handle: peers.Handle, *, port: int = 443, timeout_s: float = 5
) -> Observations:
    """What a probe sees of *handle*."""
    with peers.serving(handle) as where:
        return observe(
            HOST,
            port,
            may_dial=anywhere,
            connect_to=("127.0.0.1", where),
            timeout_s=timeout_s,
        )


def visited(
    own: Issued, then: peers.Handle, *, timeout_s: float = 5
) -> HttpObservation:
    """The HTTP half of a look at a TLS server that does *then*."""
    seen = look(peers.tls(own.path, then=then), timeout_s=timeout_s)
    assert seen.tls is not None
    assert "" == seen.tls.error
    assert seen.http is not None

    return seen.http


def test_a_product_is_seen_behind_a_certificate_that_nobody_trusts(own: Issued) -> None:
    """The certificate is judged by the TLS half; the HTTP half looks all the same."""
    asked: list[str] = []
    seen = look(peers.tls(own.path, then=peers.site(JIRA, asked)))

    assert seen.tls is not None
    assert not seen.tls.is_trusted
    assert seen.http is not None
    assert ("jira", "99.1.0", "RUNNING") == (
        seen.http.product,
        seen.http.version,
        seen.http.state,
    )
    assert seen.http.is_tls
    session = Cookie("JSESSIONID", is_secure=True, is_http_only=True)
    assert (session,) == seen.http.cookies
    assert list(JIRA) == asked
    assert ("", "", {}) == (seen.http.admin, seen.http.users, seen.http.unread)


def test_the_same_product_is_seen_in_clear() -> None:
    """A product's own port in plain HTTP tells as much."""
    seen = look(peers.site(JIRA), port=8080)

    assert seen.tls is None
    assert seen.http is not None
    assert ("jira", "99.1.0", False) == (
        seen.http.product,
        seen.http.version,
        seen.http.is_tls,
    )


def test_without_http_there_is_only_a_handshake(own: Issued) -> None:
    """No request is sent where the owner does not want any."""
    asked: list[str] = []
    with peers.serving(peers.tls(own.path, then=peers.site(JIRA, asked))) as where:
        for port in (443, 80):
            seen = observe(
                HOST,
                port,
                may_dial=anywhere,
                connect_to=("127.0.0.1", where),
                with_http=False,
            )

            assert seen.http is None
            assert (port == 80) == (seen.tls is None)

    assert [] == [path for path in asked if path]


def test_a_server_that_speaks_something_else_in_tls_has_no_http(own: Issued) -> None:
    """An LDAP server shakes hands and hangs up on a request."""
    seen = look(peers.tls(own.path))

    assert seen.tls is not None
    assert "" == seen.tls.error
    assert seen.http is None


def flooding(start: bytes, chunk: bytes) -> peers.Handle:
    """Answer *start*, then *chunk* without end."""
    return peers.endless(start + chunk)


@pytest.mark.parametrize(
    ("then", "error"),
    [
        (peers.says(b"SSH-2.0-OpenSSH_9.6\r\n"), "The peer does not speak HTTP."),
        (
            peers.says(b"HTTP/1.1 200 OK\r\nX: ", b"x" * 10_000_000),
            f"{TOO_LONG} header line.",
        ),
        (
            peers.endless(b"HTTP/1.1 100 Continue\r\n\r\n"),
            "The answer's headers exceed 256 KiB.",
        ),
    ],
    ids=["garbage", "10 MB header", "endless 100"],
)
def test_a_hostile_peer_in_tls_gives_an_error(
    own: Issued, then: peers.Handle, error: str
) -> None:
    """Floods and garbage after the handshake end in an observation that says so."""
    assert error == visited(own, then).error


@pytest.mark.parametrize("is_dripping", [False, True])
def test_a_peer_that_hangs_in_tls_costs_its_time_out(
    own: Issued, *, is_dripping: bool
) -> None:
    """Silent or dripping, it is given up when the one time-out is over."""
    released = Event()
    drip = peers.dripping(b"HTTP/1.1 200 OK\r\nX: ", released)
    started = time.monotonic()
    seen = visited(own, drip if is_dripping else peers.silent(released), timeout_s=0.6)
    released.set()

    assert "No answer within 0.6 s." == seen.error
    assert time.monotonic() - started < 3


@pytest.mark.parametrize("answers", [True, False], ids=["site answers", "all silent"])
def test_hellos_without_an_answer_leave_the_site_its_time(
    own: Issued, *, answers: bool
) -> None:
    """Who is silent to bare hellos is still visited, and all ends in one time-out."""
    released = Event()
    shake = peers.tls(own.path, then=peers.site(JIRA))
    whole: list[bool] = []

    def handle(connection: socket.socket) -> None:
        hello = connection.recv(65536, socket.MSG_PEEK)
        if _TLS1_3 in hello and (answers or not whole):
            whole.append(True)
            shake(connection)
        else:
            peers.silent(released)(connection)

    started = time.monotonic()
    seen = look(handle, timeout_s=2)
    taken = time.monotonic() - started
    released.set()

    assert seen.tls is not None
    assert {Offer.UNTRIED, Offer.OFFERED} == set(seen.tls.versions.values())
    assert seen.http is not None
    assert seen.http.product == ("jira" if answers else "")
    assert seen.http.error == ("" if answers else "No answer within 2 s.")
    assert taken < 3


# How the platform's hello says that it speaks TLS 1.3 and 1.2; bare ones do not.
_TLS1_3 = b"\x03\x04\x03\x03"


def in_clear(handle: peers.Handle, timeout_s: float = 5) -> HttpObservation:
    """The look at a plain port."""
    seen = look(handle, port=8080, timeout_s=timeout_s).http
    assert seen is not None

    return seen


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


@pytest.mark.parametrize(
    "rest",
    [b"Content-Length: 900\r\n\r\n<html>", b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"],
    ids=["closes mid-answer", "bad chunk"],
)
def test_half_an_answer_is_told_with_what_came(rest: bytes) -> None:
    """The status counts, and the observation says that the page is not whole."""
    seen = in_clear(peers.says(HEAD + rest))

    assert (200, "") == (seen.status, seen.error)
    assert "The answer broke off in the middle." == seen.unread["page"]


def test_a_dripping_body_costs_the_time_out() -> None:
    """What was told stands; what could not be asked any more is named."""
    released = Event()
    seen = in_clear(peers.dripping(HEAD + b"\r\n<title>", released), timeout_s=0.6)
    released.set()

    assert 200 == seen.status
    assert {"page", "product", "state"} == set(seen.unread)
    assert {"No answer within 0.6 s."} == set(seen.unread.values())


def test_an_endless_body_is_read_up_to_its_limit() -> None:
    """A page without end is recognised by its beginning, each time."""
    start = HEAD + b"\r\n<title>Log in - Bitbucket</title>"
    seen = in_clear(flooding(start, b"x" * 65536))

    assert ("bitbucket", "") == (seen.product, seen.error)
    assert "page" not in seen.unread


def test_a_compressed_body_is_not_unpacked() -> None:
    """None was asked for; what unpacks to gigabytes is not unpacked."""
    body = b"<title>Log in - Bitbucket</title>"
    seen = in_clear(peers.says(page(200, body, HTML, "Content-Encoding: gzip")))

    assert ("", 200) == (seen.product, seen.status)


def test_a_redirect_to_the_metadata_service_touches_nothing() -> None:
    """Such a redirect is recorded; only this peer was ever dialled."""
    goal = "http://169.254.169.254/latest/meta-data/"
    dialled: list[Address] = []

    def may_dial(address: Address) -> bool:
        dialled.append(address)
        return True

    with peers.serving(peers.says(page(302, b"", f"Location: {goal}"))) as where:
        seen = observe(
            HOST,
            where,
            may_dial=may_dial,
            look_up=lambda _name, _timeout_s: (ip_address("127.0.0.1"),),
        ).http

    assert seen is not None
    assert (goal, (goal,), "") == (seen.location, seen.redirects, seen.error)
    assert [ip_address("127.0.0.1")] == dialled


def test_a_redirect_loop_ends() -> None:
    """A page that leads to itself is asked a few times at most."""
    asked: list[str] = []
    pages = {path: page(302, b"", "Location: /b") for path in ("/", "/b")}
    seen = in_clear(peers.site(pages, asked))

    assert ["/", "/b"] == asked[:2]
    assert 1 == asked.count("/b")
    assert 302 == seen.page_status


def test_another_port_of_the_host_is_dialled_at_the_same_address(
    own: Issued, monkeypatch: pytest.MonkeyPatch
) -> None:
    """HTTPS is looked at to see whether it sends clients back, without a look-up."""
    back = {"/": page(301, b"", f"Location: http://{HOST}/")}
    looked_up: list[str] = []

    def look_up(name: str, _timeout_s: float) -> tuple[Address, ...]:
        looked_up.append(name)
        return (ip_address("127.0.0.1"),)

    with peers.serving(peers.tls(own.path, then=peers.site(back))) as secure:
        goal = f"https://{HOST}:{secure}/"
        monkeypatch.setattr(
            "ringfence.probe.endpoint._WEB_PORTS", frozenset({secure, 80})
        )
        with peers.serving(peers.says(page(301, b"", f"Location: {goal}"))) as clear:
            seen = observe(HOST, clear, may_dial=anywhere, look_up=look_up).http

    assert seen is not None
    assert (goal, f"http://{HOST}/") == seen.redirects
    assert ([HOST], 2, {}) == (looked_up, seen.requests, seen.unread)


@pytest.mark.parametrize(
    "status", [b"200", b"302", b"401", b"404", b"500"], ids=bytes.decode
)
@pytest.mark.parametrize(
    "rest",
    [
        b"Content-Length: -1\r\n\r\n",
        b"Content-Length: 99999999999999\r\n\r\nx",
        b"Location: http://[::1\r\nContent-Length: 0\r\n\r\n",
        b"Location: \xff\xfe\r\nContent-Length: 0\r\n\r\n",
        b"Set-Cookie: \x00=\x01;;;;=\r\nContent-Length: 0\r\n\r\n",
        b"Content-Type: text/html\r\nContent-Length: 3\r\n\r\n\xff\x00\xfe",
        b"Content-Type: application/json\r\n\r\n" + b"[" * 60_000,
    ],
    ids=["-1", "too long", "bad ipv6", "not ascii", "cookie", "not text", "deep"],
)
def test_no_answer_makes_the_probe_fail(status: bytes, rest: bytes) -> None:
    """What is odd is an observation, never an exception."""
    seen = in_clear(peers.says(b"HTTP/1.1 " + status + b" X\r\n" + rest))

    assert seen.status in {None, int(status)}
