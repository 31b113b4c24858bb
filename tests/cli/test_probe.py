"""Probing from a terminal, against real servers on loopback."""

import json
import ssl
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Ringfence
from tests.probe import peers
from tests.probe.certificates import Issued, issue

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

HOST = "git.example.com"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


@pytest.fixture
def root(tmp_path: Path) -> Issued:
    return issue(tmp_path, "root", is_authority=True)


@pytest.fixture
def https(tmp_path: Path, root: Issued) -> Iterator[str]:
    """The address of a server whose certificate *root* issued."""
    good = issue(tmp_path, "good", by=root, names=[HOST])
    with peers.serving(peers.tls(good.path)) as port:
        yield f"127.0.0.1:{port}"


def test_a_trusted_endpoint_exits_with_0(
    ringfence: Ringfence, https: str, root: Issued
) -> None:
    """--connect-to dials elsewhere, --cacert adds roots; the host is still HOST."""
    code, output, errors = ringfence(
        "probe", HOST, "--connect-to", https, "--cacert", root.path
    )

    assert (0, "") == (code, errors)
    assert f"{HOST}:443  127.0.0.1 TLSv1.3" in output
    assert "1 endpoint, 0 of which could not be read: no findings" in output


def test_an_untrusted_endpoint_exits_with_1(ringfence: Ringfence, https: str) -> None:
    """Without the root the same endpoint gives a finding."""
    code, output, _ = ringfence(
        "probe", HOST, "--connect-to", https, "--format", "json"
    )

    told = json.loads(output)
    assert 1 == code
    (observation,) = told["observations"]
    expected = {
        "kind": "tls",
        "endpoint": f"{HOST}:443",
        "address": "127.0.0.1",
        "is_trusted": False,
        "names": [HOST],
        "error": "",
    }
    assert expected == {key: observation[key] for key in expected}
    assert ("offered", "not offered") == (
        observation["versions"]["TLSv1.2"],
        observation["versions"]["TLSv1"],
    )
    assert {"not offered"} == set(observation["ciphers"].values())
    (link,) = observation["chain"]
    assert ("leaf", observation["fingerprint"]) == (link["role"], link["fingerprint"])
    assert ["unknown authority"] == observation["faults"]
    (finding,) = told["findings"]
    assert ("TLS-002", f"{HOST}:443") == (finding["check"], finding["resource"])


def test_an_odd_serial_number_is_no_word_of_a_library_s(
    ringfence: Ringfence, tmp_path: Path
) -> None:
    """What no standard allows is read, too, without a warning for developers."""
    odd = with_negative_serial(issue(tmp_path, "odd", names=[HOST]))
    with (
        peers.serving(peers.tls(odd)) as port,
        warnings.catch_warnings(record=True) as warned,
    ):
        warnings.simplefilter("always")
        code, output, _ = ringfence(
            "probe", HOST, "--connect-to", f"127.0.0.1:{port}", "--format", "json"
        )

    assert 1 == code
    assert json.loads(output)["observations"][0]["names"] == [HOST]
    assert [] == [str(one.message) for one in warned]


def with_negative_serial(issued: Issued) -> Path:
    """*issued*, on disk, with its serial number's sign changed."""
    serial = issued.certificate.serial_number.to_bytes(20)
    odd = bytes([serial[0] | 0x80]) + serial[1:]
    changed = issued.der.replace(serial, odd, 1)
    block = ssl.DER_cert_to_PEM_cert(changed)
    issued.path.write_text(issued.path.read_text().replace(issued.pem, block))
    return issued.path


def test_https_gives_both_observations(
    ringfence: Ringfence, tmp_path: Path, root: Issued
) -> None:
    """The handshake and the visit behind it are printed and judged."""
    good = issue(tmp_path, "jira", by=root, names=[HOST])
    page = peers.page(
        200,
        b'<meta name="application-name" content="JIRA" data-version="99.1.0">',
        "Content-Type: text/html",
    )
    with peers.serving(peers.tls(good.path, then=peers.site({"/": page}))) as port:
        goal = (HOST, "--connect-to", f"127.0.0.1:{port}", "--cacert", root.path)
        code, output, _ = ringfence("probe", *goal, "--format", "json")
        _, table, _ = ringfence("probe", *goal)

    told = json.loads(output)
    tls, http = told["observations"]
    assert (1, "tls", "http") == (code, tls["kind"], http["kind"])
    expected = {
        "endpoint": f"{HOST}:443",
        "address": "127.0.0.1",
        "status": 200,
        "location": "",
        "server": "",
        "error": "",
        "product": "jira",
        "version": "99.1.0",
    }
    assert expected == {key: http[key] for key in expected}
    assert {"HTTP-005", "HTTP-007"} == {item["check"] for item in told["findings"]}
    assert f"{HOST}:443  127.0.0.1 HTTPS 200, jira 99.1.0" in table
    assert "1 endpoint, 0 of which could not be read" in table


@pytest.mark.parametrize(
    ("state", "checks"), [(b"RUNNING", set()), (b"FIRST_RUN", {"HTTP-002"})]
)
def test_a_good_product_is_quiet_and_an_unfinished_one_is_not(
    ringfence: Ringfence, tmp_path: Path, root: Issued, state: bytes, checks: set[str]
) -> None:
    """A product that does all as it should gives nothing; one not set up, one thing."""
    good = issue(tmp_path, "jira", by=root, names=[HOST])
    status = peers.page(
        200, b'{"state":"' + state + b'"}', "Content-Type: application/json"
    )
    site = peers.site(peers.JIRA | {"/status": status})
    with peers.serving(peers.tls(good.path, then=site)) as port:
        code, output, _ = ringfence(
            *("probe", HOST, "--connect-to", f"127.0.0.1:{port}"),
            *("--cacert", root.path, "--format", "json"),
        )
    told = json.loads(output)

    assert checks == {finding["check"] for finding in told["findings"]}
    assert [] == told["unknown"]
    assert (1 if checks else 0) == code


def test_a_site_that_fails_behind_a_handshake_exits_with_3(
    ringfence: Ringfence, tmp_path: Path, root: Issued
) -> None:
    """A good certificate does not make up for a site that was not read."""
    good = issue(tmp_path, "odd", by=root, names=[HOST])
    odd = peers.tls(good.path, then=peers.says(b"SSH-2.0-OpenSSH_9.6\r\n"))
    with peers.serving(odd) as port:
        code, output, _ = ringfence(
            *("probe", HOST, "--connect-to", f"127.0.0.1:{port}"),
            *("--cacert", root.path),
        )

    assert 3 == code
    assert f"{HOST}:443  not read: The peer does not speak HTTP." in output
    assert "1 endpoint, 1 of which could not be read" in output


def test_plain_http_is_found(ringfence: Ringfence) -> None:
    """A product's own port that answers in plain HTTP gives a finding."""
    with peers.serving(peers.says(OK)) as port:
        code, output, _ = ringfence(
            "probe", f"{HOST}:7990", "--connect-to", f"127.0.0.1:{port}"
        )

    assert 1 == code
    assert f"{HOST}:7990  127.0.0.1 plain HTTP 200" in output
    assert "HTTP-001" in output


def test_an_endpoint_that_does_not_answer_exits_with_3(ringfence: Ringfence) -> None:
    """What could not be looked at is neither clean nor a finding."""
    with peers.serving(peers.says()) as port:
        pass
    code, output, _ = ringfence("probe", HOST, "--connect-to", f"127.0.0.1:{port}")

    assert 3 == code
    assert f"{HOST}:443  not read: No connection: Connection refused." in output


def test_several_endpoints_are_told_in_their_order(ringfence: Ringfence) -> None:
    """Each endpoint has its observation, in the order that was asked for."""
    names = [f"a{n}.example.com" for n in range(12)]
    with peers.serving(peers.says(OK)) as port:
        _, output, _ = ringfence(
            "probe",
            *(f"{name}:80" for name in names),
            *("--connect-to", f"127.0.0.1:{port}", "--format", "json"),
        )

    seen = [one["endpoint"] for one in json.loads(output)["observations"]]
    assert [f"{name}:80" for name in names] == seen


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["bad host"], "is not a host name"),
        (["a.example.com\r\nX: y"], "port is not a number"),
        (["a.example.com\r\n:443"], "is not a host name"),
        (["a.example.com:0"], "not between 1 and 65535"),
        (["a.example.com:99999999999999999999"], "port is not a number"),
        (["a.example.com:https"], "port is not a number"),
        (["::1", "--connect-to", "nowhere"], "is not ADDRESS:PORT"),
        (["a.example.com", "--connect-to", "[::1]"], "is not ADDRESS:PORT"),
        (["a.example.com", "--cacert", "/no/such"], "/no/such: No such file"),
        (["a.example.com", "--cacert", __file__], "no certificates in PEM"),
        (["a.example.com", "--format", "asff"], "no Region"),
    ],
)
def test_wrong_use_is_told_before_anything_is_dialled(
    ringfence: Ringfence, arguments: list[str], words: str
) -> None:
    """A mistake exits with 2, and says what is wrong."""
    code, output, errors = ringfence("probe", *arguments)

    assert (2, "") == (code, output)
    assert words in errors
