"""Host names as people and messages write them."""

from ipaddress import ip_address

import pytest

from ringfence.probe import EndpointError
from ringfence.probe.host import read_host, read_port, written


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Git.Example.COM", "git.example.com"),
        ("git.example.com.", "git.example.com"),
        ("localhost", "localhost"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("a_b.example.com", "a_b.example.com"),
        ("3com.com", "3com.com"),
    ],
)
def test_names_are_read_as_the_dns_has_them(text: str, name: str) -> None:
    """Names are in lower case, without the root's dot, in ASCII."""
    assert name == read_host(text)


@pytest.mark.parametrize("text", ["203.0.113.7", "2001:db8::1"])
def test_addresses_need_no_look_up(text: str) -> None:
    """An address is one, also in brackets."""
    assert ip_address(text) == read_host(text) == read_host(f"[{text}]")


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "a..b",
        "a" * 64 + ".example.com",
        "a." * 150,
        "x" * 300,
        "git.example.com\r\nHost: evil",
        "git.example.com\n",
        "git example.com",
        "user@example.com",
        "example.com/path",
        "example.com:443",
        "-a.example.com",
        "a-.example.com",
        "\x00",
        "2130706433",
        "0x7f.1",
        "0177.0.0.1",
        "127.1",
        "127。0。0。999",
        "fe80::1%eth0",
        "fe80::1%\r\nHost: evil",
        "exa\u202emple.com",
        "💩" * 100,
        "[git.example.com]",
        "\ud800.example.com",
    ],
)
def test_what_is_no_host_name_is_refused(text: str) -> None:
    """A hostile or mistaken name is refused with a message in printable ASCII."""
    with pytest.raises(EndpointError, match=" is not a host name: ") as caught:
        read_host(text)

    assert str(caught.value).isascii()
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 1000


@pytest.mark.parametrize("port", [-1, 0, 65536])
def test_what_is_no_port_is_refused(port: int) -> None:
    """Ports are 1 to 65535."""
    with pytest.raises(EndpointError, match=f"Port {port} is not between 1 and 65535"):
        read_port(port)


def test_endpoints_with_ipv6_addresses_have_brackets() -> None:
    """The port can be told from the address."""
    assert "[2001:db8::1]:443" == written(ip_address("2001:db8::1"), 443)
    assert "git.example.com:443" == written("git.example.com", 443)
