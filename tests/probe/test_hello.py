"""ClientHellos and what answers them, as bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringfence.probe.hello import Flight, NotTlsBytesError, Version, client_hello
from ringfence.probe.suites import ALL, LEGACY, USUAL, family_of
from tests.probe.other_tls import ClientHello, Parser
from tests.probe.wire import message, record

RANDOM = bytes(range(32))


HELLO = message(2, b"\3\3" + RANDOM + b"\0" + b"\xc0\x2f" + b"\0")
CERTIFICATES = message(11, b"\0\0\x0b" + b"\0\0\3abc" + b"\0\0\2de")
STATUS = message(22, b"\1\0\0\1x")
DONE = message(14, b"")
WHOLE = record(22, HELLO) + record(22, CERTIFICATES + STATUS) + record(22, DONE)


def read(data: bytes, *, size: int = 1 << 20) -> Flight:
    """What *data* says, received in pieces of *size*."""
    flight = Flight()
    for start in range(0, len(data), size):
        flight.feed(data[start : start + size])
    return flight


def test_a_hello_of_ssl_3_is_these_bytes() -> None:
    """RFC 6101, section 5.6.1.2: version, random, session, suites, compression."""
    body = f"0300 {RANDOM.hex()} 00 0004 0005 00ff 01 00"

    assert bytes.fromhex(f"16 0300 002f 01 00002b {body}") == client_hello(
        Version.SSL3, [5], "a.example", random=RANDOM
    )


@pytest.mark.parametrize("version", [Version.TLS1_0, Version.TLS1_1, Version.TLS1_2])
def test_another_implementation_reads_the_hello(version: Version) -> None:
    """Version, suites and name arrive as they were meant."""
    sent = client_hello(version, ALL, "git.example.com")
    parser = Parser(bytearray(sent[5:]))
    assert 1 == parser.get(1)
    hello = ClientHello().parse(parser)

    assert (version >> 8, version & 0xFF) == hello.client_version
    assert [*ALL, 0x00FF] == hello.cipher_suites
    assert b"git.example.com" == hello.server_name
    assert len(sent) - 5 == 4 + int.from_bytes(sent[6:9])


@pytest.mark.parametrize("host", ["203.0.113.7", "2001:db8::1"])
def test_an_address_is_not_named(host: str) -> None:
    """RFC 6066 has no literal addresses in the server's name."""
    sent = client_hello(Version.TLS1_2, [0xC02F], host)

    assert not ClientHello().parse(Parser(bytearray(sent[6:]))).server_name


@given(st.sampled_from(Version), st.lists(st.sampled_from(sorted(ALL)), min_size=1))
def test_no_hello_has_a_length_that_hangs_servers(
    version: Version, suites: list[int]
) -> None:
    """RFC 7685: some servers hang at 256 to 511 bytes; SSL 3.0 has no padding."""
    length = len(client_hello(version, suites, "git.example.com")) - 5

    assert version is Version.SSL3 or not 256 <= length < 512


@given(st.integers(1, len(WHOLE)))
def test_an_answer_reads_the_same_in_any_pieces(size: int) -> None:
    """Records and messages may end anywhere in what arrives."""
    flight = read(WHOLE, size=size)

    assert (Version.TLS1_2, 0xC02F) == (flight.version, flight.suite)
    assert (b"abc", b"de") == flight.chain
    assert (True, True, None) == (flight.is_done, flight.has_staple, flight.alert)


@given(st.integers(0, len(WHOLE) - 1))
def test_an_answer_that_is_cut_is_not_done(size: int) -> None:
    """A server that changes its mind after its hello has not agreed."""
    assert not read(WHOLE[:size]).is_done


def test_an_alert_ends_it() -> None:
    """A fatal alert is a refusal, a warning is not, but for the end of it all."""
    assert 70 == read(record(21, b"\2\x46")).alert
    assert 0 == read(record(21, b"\1\0")).alert
    flight = read(record(21, b"\1\x70") + WHOLE)

    assert (None, True) == (flight.alert, flight.is_done)


@pytest.mark.parametrize(
    "data",
    [
        b"HTTP/1.1 400 Bad Request\r\n",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        record(22, HELLO, version=b"\5\0"),
        record(22, b""),
        record(21, b"\2"),
        record(22, message(9, b"")),
        record(22, message(2, b"\3\3")),
        record(22, message(2, b"\3\3" + RANDOM + b"\xff\xc0")),
        record(22, DONE),
        record(22, HELLO + HELLO),
        record(22, HELLO + message(11, b"\0\0\\9" + b"\0\0\3abc")),
        record(22, HELLO + message(11, b"\0\0\6" + b"\0\0\4abc")),
        record(22, HELLO + b"\x0b\xff\xff\xff"),
    ],
)
def test_what_is_no_answer_is_refused(data: bytes) -> None:
    """Other protocols, and messages that contradict themselves."""
    with pytest.raises(NotTlsBytesError):
        read(data)


@given(st.binary(max_size=400), st.integers(0, len(WHOLE)), st.integers(1, 50))
def test_garbage_is_garbage_at_most(data: bytes, after: int, size: int) -> None:
    """Whatever comes, it is read or refused."""
    try:
        read(WHOLE[:after] + data, size=size)
    except NotTlsBytesError as error:
        assert str(error)  # noqa: PT017 - either way is fine


def test_no_suite_is_of_two_families() -> None:
    """Each suite is asked for once, by the name of one family."""
    counted = [suite for suites in LEGACY.values() for suite in suites]

    assert len(counted) == len(set(counted))
    assert len(ALL) == len(counted) + len(USUAL)
    assert ("RC4", None) == (family_of(0x0005), family_of(0xC02F))


@pytest.mark.parametrize("family", LEGACY)
def test_families_hold_what_they_say(family: str) -> None:
    """The names of the suites bear the family out."""
    word = {"anonymous": "_anon_", "DES": "_WITH_DES_"}.get(family, family)

    assert all(word in name for name in LEGACY[family].values())
