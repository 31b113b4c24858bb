"""A feed is fetched within bounds, and from where it was asked for."""

import gzip
import socket
from threading import Event

import pytest

from ringfence.feeds import FeedError, fetch
from tests.probe import peers

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


def fetched(handle: peers.Handle, *, timeout_s: float = 5, most: int = 1000) -> bytes:
    """What is fetched from a server that answers with *handle*."""
    with peers.serving(handle) as port:
        return fetch(f"http://127.0.0.1:{port}/feed", timeout_s=timeout_s, most=most)


def answering(head: str, body: bytes = b"") -> peers.Handle:
    """Answer one request."""

    def handle(connection: socket.socket) -> None:
        connection.recv(4096)
        lines = f"HTTP/1.1 {head}\r\nConnection: close\r\n\r\n"
        connection.sendall(lines.encode() + body)

    return handle


def test_a_body_comes_whole() -> None:
    """Nothing is lost and nothing added."""
    body = b'{"result": 1}' * 50

    assert body == fetched(answering(f"200 OK\r\nContent-Length: {len(body)}", body))


def test_a_redirect_is_not_followed() -> None:
    """Where a feed is, its reader decides."""
    there = "302 Found\r\nLocation: http://169.254.169.254/"

    with pytest.raises(FeedError, match=r"HTTP 302$"):
        fetched(answering(there))


def test_a_huge_body_is_refused() -> None:
    """A small function has little memory."""
    with pytest.raises(FeedError, match=r"more than 1000 bytes$"):
        fetched(answering("200 OK", b"x" * 1001))


def test_a_compressed_bomb_is_refused() -> None:
    """What counts is what it unpacks to."""
    bomb = gzip.compress(b"0" * 10_000_000)
    head = f"200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(bomb)}"

    with pytest.raises(FeedError, match=r"more than 1000000 bytes$"):
        fetched(answering(head, bomb), most=1_000_000)


def test_an_error_is_no_answer() -> None:
    """A page that says so is not data."""
    with pytest.raises(FeedError, match=r"HTTP 503$"):
        fetched(answering("503 Service Unavailable", b"{}"))


def test_a_silent_feed_costs_its_time_out() -> None:
    """And no more."""
    done = Event()

    def wait(_connection: socket.socket) -> None:
        done.wait(5)

    with pytest.raises(FeedError, match=r"ReadTimeout$"):
        fetched(wait, timeout_s=0.2)
    done.set()


def test_a_dripping_feed_costs_its_time_out() -> None:
    """Each byte in time is not the whole in time."""
    done = Event()

    def drip(connection: socket.socket) -> None:
        connection.recv(4096)
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while not done.wait(0.05):
            connection.sendall(b"1\r\nx\r\n")

    with pytest.raises(FeedError, match=r"it takes too long$"):
        fetched(drip, timeout_s=0.5)
    done.set()


def test_nobody_there_is_told() -> None:
    """A machine without a network is not a crash."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    with pytest.raises(FeedError, match=r"ConnectionError$"):
        fetch(f"http://127.0.0.1:{port}/", timeout_s=1)
