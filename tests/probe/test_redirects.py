"""Where redirects lead, and which of them may be followed."""

from ipaddress import ip_address
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringfence.probe.host import EndpointError, read_host
from ringfence.probe.redirects import read_redirect

HERE = "https://git.example.com/a/b?c"
PORTS = frozenset({80, 443, 8443})


@pytest.mark.parametrize(
    ("location", "url", "is_here"),
    [
        ("/login", "https://git.example.com/login", True),
        ("login?x=1", "https://git.example.com/a/login?x=1", True),
        ("?d#e", "https://git.example.com/a/b?d", True),
        ("//git.example.com/x", "https://git.example.com/x", True),
        ("https://GIT.example.com.:443/x", "https://GIT.example.com.:443/x", True),
        ("http://git.example.com/", "http://git.example.com/", False),
        ("https://git.example.com:8443/", "https://git.example.com:8443/", False),
    ],
)
def test_the_same_host_may_be_followed(
    location: str, url: str, *, is_here: bool
) -> None:
    """The same host at this port or a web server's."""
    redirect = read_redirect(HERE, location, ports=PORTS)

    assert (url, is_here, True) == (
        redirect.url,
        redirect.is_here,
        redirect.may_follow,
    )


@pytest.mark.parametrize(
    "location",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://[fd00:ec2::254]/",
        "http://localhost/",
        "//127.0.0.1/",
        "http://2852039166/",
        "https://git.example.com.evil.example/",
        "https://git.example.com@evil.example/",
        "https://evil.example@git.example.com/",
        "https://evil.example\\@git.example.com/",
        "https://git.example.com:22/",
        "https://git.example.com:99999/",
        "https://git.example.com:x/",
        "file:///etc/passwd",
        "gopher://git.example.com/",
        "javascript:alert(1)",
        "https://[::1/",
        "/a\r\nX: y",
        "/bücher",
        "/ a",
        "/" + "x" * 5000,
    ],
)
def test_everything_else_is_only_text(location: str) -> None:
    """Another host, port or scheme, or what is no address, is never followed."""
    redirect = read_redirect(HERE, location, ports=PORTS)

    assert not redirect.may_follow
    assert len(redirect.url) <= 1024


def test_an_endpoint_that_is_an_address_is_its_own_host() -> None:
    """Redirects of an address are compared as addresses are written."""
    redirect = read_redirect(
        "http://[2001:db8::1]/", "https://[2001:DB8:0::1]/", ports=PORTS
    )

    assert redirect.may_follow
    assert not redirect.is_here


@given(st.text(max_size=80) | st.from_regex(r"[a-z]{0,6}:?//[^ ]{0,40}"))
def test_no_location_leads_to_another_host(location: str) -> None:
    """Whatever a peer writes, what may be followed is on the host that was asked."""
    redirect = read_redirect(HERE, location, ports=PORTS)

    if redirect.may_follow:
        parts = urlsplit(redirect.url)
        assert parts.scheme in {"http", "https"}
        assert "git.example.com" == read_host(parts.hostname or "")
        assert redirect.url.isascii()
        assert redirect.url.isprintable()


@given(st.ip_addresses())
def test_no_address_is_a_way_off_the_host(address: object) -> None:
    """A redirect to any address is recorded, and not followed."""
    host = f"[{address}]" if ip_address(str(address)).version == 6 else str(address)

    assert not read_redirect(HERE, f"http://{host}/", ports=PORTS).may_follow


def test_hosts_are_read_as_endpoints_are() -> None:
    """What is no host name as an endpoint is none in a redirect."""
    with pytest.raises(EndpointError):
        read_host("2852039166")
