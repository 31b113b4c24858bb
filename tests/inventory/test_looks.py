"""What a look makes of the one before it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from ringfence.inventory.handshakes import TlsObservation
from ringfence.inventory.looks import Endpoint, Look, Running, looked
from ringfence.inventory.visits import HttpObservation

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
GIT = Endpoint(host="git.example.com", port=443, addresses=("203.0.113.7",))
TLS = TlsObservation(
    endpoint=GIT.name, address="203.0.113.7", issuer="O=First", not_after=LATER
)
HTTP = HttpObservation(endpoint=GIT.name, address="203.0.113.7", status=200)
SILENT = TlsObservation(endpoint=GIT.name, error="No connection: refused.")
FIRST = looked(None, GIT, tls=TLS, http=None, at=NOON)


def test_a_first_look_is_kept_as_it_was() -> None:
    """Nothing has changed that was never seen."""
    assert Look(
        endpoint="git.example.com:443",
        asked_at=NOON,
        observed_at=NOON,
        tls=TLS,
        address="203.0.113.7",
        expected=("203.0.113.7",),
    ) == looked(None, GIT, tls=TLS, http=None, at=NOON)


def test_when_it_was_first_asked_for_stays() -> None:
    """The sweep noted that before anybody looked."""
    asked = Look(endpoint=GIT.name, asked_at=NOON)
    seen = looked(asked, GIT, tls=TLS, http=None, at=LATER)

    assert (NOON, LATER) == (seen.asked_at, seen.observed_at)


def test_silence_leaves_what_was_seen() -> None:
    """And says why there is nothing new."""
    silent = looked(FIRST, GIT, tls=SILENT, http=None, at=LATER)

    assert (TLS, SILENT.error, LATER) == (silent.tls, silent.error, silent.observed_at)
    assert "" == looked(silent, GIT, tls=TLS, http=None, at=LATER).error


def test_silence_is_no_change_of_the_certificate() -> None:
    """The one after it is compared with the one before it."""
    other = replace(TLS, issuer="O=Second")
    silent = looked(FIRST, GIT, tls=SILENT, http=None, at=LATER)
    again = looked(silent, GIT, tls=other, http=None, at=LATER)

    assert (TLS, other, LATER) == (again.before, again.tls, again.changed_at)


def test_a_handshake_that_failed_beside_http_forgets_no_certificate() -> None:
    """What is seen after it is compared with what was seen before it."""
    half = looked(FIRST, GIT, tls=SILENT, http=HTTP, at=LATER)

    assert (TLS, HTTP, "") == (half.tls, half.http, half.error)


def test_a_look_without_an_address_does_not_end_a_stray() -> None:
    """Since when a name leads astray is not forgotten by one silence."""
    elsewhere = replace(TLS, address="203.0.113.9")
    astray = looked(None, GIT, tls=elsewhere, http=None, at=NOON)
    silent = looked(astray, GIT, tls=SILENT, http=None, at=LATER)

    assert (NOON, NOON) == (astray.strayed_at, silent.strayed_at)


def test_a_change_is_remembered_until_the_next_one() -> None:
    """With the certificate before it, and since when."""
    other = replace(TLS, issuer="O=Second")
    changed = looked(FIRST, GIT, tls=other, http=None, at=LATER)
    later = looked(changed, GIT, tls=other, http=None, at=LATER + timedelta(hours=1))

    assert (TLS, LATER) == (changed.before, changed.changed_at)
    assert (TLS, LATER) == (later.before, later.changed_at)


def test_another_address_or_protocol_is_not_another_certificate() -> None:
    """Nodes behind one name share it."""
    other = replace(TLS, address="203.0.113.8", protocol="TLSv1.2")

    assert looked(FIRST, GIT, tls=other, http=None, at=LATER).before is None


def test_what_is_no_longer_spoken_is_no_longer_told() -> None:
    """An endpoint that answers in plain HTTP now has no certificate."""
    plain = looked(FIRST, GIT, tls=None, http=HTTP, at=LATER)

    assert (None, HTTP) == (plain.tls, plain.http)


def test_a_name_strays_from_the_first_look_that_is_led_elsewhere() -> None:
    """Until a look is led to where the record says."""
    elsewhere = replace(TLS, address="198.51.100.9")
    astray = looked(FIRST, GIT, tls=elsewhere, http=None, at=NOON)
    still = looked(astray, GIT, tls=elsewhere, http=None, at=LATER)
    back = looked(still, GIT, tls=TLS, http=None, at=LATER)

    assert (NOON, NOON, None) == (
        astray.strayed_at,
        still.strayed_at,
        back.strayed_at,
    )


def test_where_aws_chooses_the_address_no_name_strays() -> None:
    """A load balancer's addresses change at any time."""
    balanced = replace(GIT, addresses=())
    seen = looked(None, balanced, tls=TLS, http=None, at=NOON)

    assert seen.strayed_at is None


def test_a_look_up_without_an_answer_is_not_astray() -> None:
    """It led nowhere, which is another thing."""
    nowhere = TlsObservation(endpoint=GIT.name, error="it has no address")

    assert looked(FIRST, GIT, tls=nowhere, http=None, at=LATER).strayed_at is None


def told(
    version: str, at: datetime, last: Look | None, product: str = "bitbucket"
) -> Look:
    """Give the look at a product that told *version* after *last*."""
    http = replace(HTTP, product=product, version=version)
    return looked(last, GIT, tls=None, http=http, at=at)


def test_a_version_is_remembered_with_the_one_before_it() -> None:
    """And with when each was told first and last; the same again is no news."""
    first = told("8.9.0", NOON, None)
    same = told("8.9.0", LATER, first)
    down = looked(same, GIT, tls=None, http=HTTP, at=LATER)
    new = told("8.19.1", LATER + timedelta(hours=1), down)

    expected = Running(product="bitbucket", version="8.9.0", since=NOON, until=LATER)
    assert (expected, None) == (same.running, same.ran_before)
    assert expected == down.running
    assert ("8.19.1", expected) == (new.running and new.running.version, new.ran_before)


def test_another_product_is_no_update() -> None:
    """A name may have been given to another server."""
    first = told("8.9.0", NOON, None)
    other = told("9.4.0", LATER, first, product="confluence")

    assert other.ran_before is None


def test_a_look_of_an_older_ringfence_tells_its_version_too() -> None:
    """What it kept is enough to notice the next update."""
    old = replace(told("8.9.0", NOON, None), running=None)

    new = told("8.19.1", LATER, old)

    assert new.ran_before
    assert ("8.9.0", NOON) == (new.ran_before.version, new.ran_before.until)
