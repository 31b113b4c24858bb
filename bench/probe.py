"""
What a batch of probes costs: wall time, CPU and memory of one process.

Of the endpoints four fifths are a Jira in HTTPS, a tenth hang and a tenth refuse;
real servers on loopback, in a process of their own. As in the function, batches of
500 are looked at and judged one after the other; the table is left out. The
function itself refuses loopback addresses, so the bench says what may be dialled.

The process has as much of one processor as Lambda gives to 512 MB, and is stopped
for the rest of the time: 1,769 MB have one whole processor.
https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
"""

import asyncio
import json
import os
import signal
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from bench import child, table

if TYPE_CHECKING:
    from ringfence.probe import Observations

SIZES = (50, 500, 5_000)
BATCH = 500  # as in template.yaml

_SHARE = 512 / 1769
_PERIOD_S = 0.02

_HANGS, _REFUSES = 0, 1  # of every ten
_PAGES = {
    "/": ("text/html", '<meta name="application-name" content="JIRA">' + " " * 30_000),
    "/rest/applinks/1.0/manifest": (
        "application/xml",
        "<manifest><typeId>jira</typeId><version>9.12.2</version></manifest>",
    ),
    "/status": ("application/json", '{"state":"RUNNING"}'),
}


def main() -> None:
    with servers() as goal:
        figures = [of_endpoints(size, *goal) for size in SIZES]
    rows = [
        (
            f"{size:,}",
            f"{one['read']:,}",
            f"{one['surveyed']:,}",
            f"{one['requests']:,}",
            f"{one['look_wall_s']:.1f}",
            f"{one['longest_s']:.1f}",
            f"{one['look_cpu_s']:.2f}",
            f"{one['judge_cpu_s']:.2f}",
            f"{one['before_mb']:.0f}",
            f"{one['peak_mb']:.0f}",
        )
        for size, one in zip(SIZES, figures, strict=True)
    ]
    table.show(
        f"Probing endpoints, batches of {BATCH} (a tenth hang, a tenth refuse; seconds "
        "and MB of one process)",
        (
            *("endpoints", "read", "surveyed", "requests", "wall", "longest batch"),
            *("look CPU", "judge CPU", "MB before", "MB peak"),
        ),
        rows,
    )
    sized = list(zip(SIZES, figures, strict=True))
    for (small, few), (large, many) in pairwise(sized):
        cpu = table.times(many["look_cpu_s"], few["look_cpu_s"])
        print(f"  {table.times(large, small)} the endpoints, {cpu} the CPU")
    print("  The function has 300 s and 512 MB for a batch.")


def of_endpoints(count: int, *goal: str) -> dict[str, float]:
    """Look at *count* endpoints in a process of its own, and give the figures."""
    with _started("measure", str(count), *goal) as process:
        while process.poll() is None:
            time.sleep(_PERIOD_S * _SHARE)
            process.send_signal(signal.SIGSTOP)
            time.sleep(_PERIOD_S * (1 - _SHARE))
            process.send_signal(signal.SIGCONT)
        assert process.stdout is not None  # noqa: S101 - a pipe, below
        figures: dict[str, float] = json.loads(process.stdout.read().splitlines()[-1])
        return figures


@contextmanager
def _started(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    environment = os.environ | {"PYTHONPATH": child.ENVIRONMENT["PYTHONPATH"]}
    with subprocess.Popen(  # noqa: S603 - ours
        [sys.executable, "-m", "bench.probe", *arguments],
        cwd=child.ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.terminate()


@contextmanager
def servers() -> Iterator[tuple[str, ...]]:
    """Give the certificate and the ports that answer, hang and refuse."""
    with tempfile.TemporaryDirectory() as name:
        pem = Path(name) / "own.pem"
        pem.write_bytes(_certificate())
        with _started("serve", str(pem)) as server:
            assert server.stdout is not None  # noqa: S101 - a pipe, above
            yield str(pem), *map(str, json.loads(server.stdout.readline()))


def _certificate() -> bytes:
    """A self-signed certificate for every name of the bench, with its key."""
    from cryptography import x509  # noqa: PLC0415
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415

    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name.from_rfc4514_string("CN=bench")
    now = _now()
    own = (
        x509.CertificateBuilder(
            name, name, key.public_key(), x509.random_serial_number()
        )
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=90))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("*.bench.example.com")]),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    return own.public_bytes(serialization.Encoding.PEM) + key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


async def serve(pem: str) -> None:
    """Answer in HTTPS at one port, hang at another, and tell both and a closed one."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    answering = await asyncio.start_server(
        _answer, "127.0.0.1", 0, ssl=context, backlog=1_000
    )
    hanging = await asyncio.start_server(_hang, "127.0.0.1", 0, backlog=1_000)
    closed = await asyncio.start_server(_hang, "127.0.0.1", 0)
    ports = [one.sockets[0].getsockname()[1] for one in (answering, hanging, closed)]
    closed.close()
    await closed.wait_closed()
    print(json.dumps(ports), flush=True)
    await answering.serve_forever()


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        path = (await reader.readuntil(b"\r\n\r\n")).split(b" ")[1].decode()
        kind, body = _PAGES.get(path, ("text/plain", ""))
        status = "200 OK" if path in _PAGES else "403 Forbidden"
        head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nConnection: close\r\n\r\n"
        writer.write((head + body).encode())
        await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass  # a handshake was all that was wanted
    finally:
        writer.close()


async def _hang(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    while await reader.read(65536):
        continue


def measure(count: int, pem: str, *ports: str) -> dict[str, float]:
    """Look at *count* endpoints in this process, and judge what was seen."""
    from functools import partial  # noqa: PLC0415
    from ipaddress import ip_address  # noqa: PLC0415

    from ringfence.probe import anywhere, at_once, observe  # noqa: PLC0415

    if hasattr(os, "sched_setaffinity"):  # one processor, of which a share
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    goals = [_goal(number, *map(int, ports)) for number in range(count)]
    loopback = (ip_address("127.0.0.1"),)
    own = Path(pem).read_text(encoding="ascii").partition("-----BEGIN PRIVATE")[0]
    looking = partial(
        observe, may_dial=anywhere, roots=own, look_up=lambda _name, _s: loopback
    )
    figures: dict[str, float] = {"before_mb": child.peak_mb(), "longest_s": 0}
    totals = dict.fromkeys(("look_wall_s", "look_cpu_s", "judge_cpu_s"), 0.0)
    read = surveyed = requests = 0
    for start in range(0, count, BATCH):
        began = time.perf_counter()
        spent: dict[str, float] = {}
        with child.timed(spent, "look"):
            seen = at_once(lambda goal: looking(*goal), goals[start : start + BATCH])
        with child.timed(spent, "judge"):
            _judge(seen)
        longest = max(figures["longest_s"], time.perf_counter() - began)
        figures["longest_s"] = longest
        for name in totals:
            totals[name] += spent[name]
        read += sum(bool(one.http and one.http.version) for one in seen)
        surveyed += sum(_is_surveyed(one) for one in seen)
        requests += sum(one.http.requests for one in seen if one.http)
    counts = {"read": read, "surveyed": surveyed, "requests": requests}
    return figures | totals | counts | {"peak_mb": child.peak_mb()}


def _goal(number: int, answers: int, hangs: int, refuses: int) -> tuple[str, int]:
    ports = {_HANGS: hangs, _REFUSES: refuses}
    return f"h{number}.bench.example.com", ports.get(number % 10, answers)


def _is_surveyed(seen: "Observations") -> bool:
    """Whether every version and cipher could be tested."""
    from ringfence.inventory.handshakes import Offer  # noqa: PLC0415

    if seen.tls is None or seen.tls.error:
        return False
    offers = (*seen.tls.versions.values(), *seen.tls.ciphers.values())
    return bool(offers) and Offer.UNTRIED not in offers


def _judge(seen: "list[Observations]") -> None:
    from ringfence.estate import Estate  # noqa: PLC0415
    from ringfence.evaluate import evaluate  # noqa: PLC0415
    from ringfence.inventory import Inventory  # noqa: PLC0415

    inventory = Inventory(
        account="123456789012",
        region="eu-west-1",
        taken_at=_now(),
        read=frozenset({"tls_observations", "http_observations"}),
        tls_observations=tuple(one.tls for one in seen if one.tls),
        http_observations=tuple(one.http for one in seen if one.http),
    )
    evaluate(Estate(inventory))


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the bench's clock


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["serve", pem]:
            asyncio.run(serve(pem))
        case ["measure", count, pem, *ports]:
            print(json.dumps(measure(int(count), pem, *ports)))
        case _:
            main()
