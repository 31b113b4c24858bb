"""Fetch what others publish about releases: bounded, and never trusted blindly."""

import time
from collections.abc import Callable
from datetime import date

import requests

from ringfence import __version__
from ringfence.releases import Catalogue, CatalogueError
from ringfence.releases.upstream import read_end_of_life, read_exploited

# https://endoflife.date/docs/api/v1/
END_OF_LIFE = "https://endoflife.date/api/v1/products/{feed}/"
# https://www.cisa.gov/known-exploited-vulnerabilities-catalog
EXPLOITED = "https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json"

_USER_AGENT = f"Ringfence/{__version__} (+release data)"
_MOST_BYTES = 8 * 1024 * 1024  # CISA's list has about 1.5 MB
_TIMEOUT_S = 30.0
_BLOCK = 64 * 1024

Fetch = Callable[[str], bytes]


class FeedError(Exception):
    """A feed gave nothing that can be read; the message says why."""


def fetch(url: str, *, timeout_s: float = _TIMEOUT_S, most: int = _MOST_BYTES) -> bytes:
    """
    Get *url*, within *timeout_s* in all and *most* bytes.

    No redirect is followed, no proxy or `.netrc` of the environment is used.
    """
    ends = time.monotonic() + timeout_s
    try:
        with requests.Session() as session:
            session.trust_env = False
            with session.get(
                url,
                headers={"User-Agent": _USER_AGENT, "Accept": "application/json"},
                allow_redirects=False,
                stream=True,
                timeout=timeout_s,
            ) as answer:
                if answer.status_code != requests.codes.ok:
                    raise FeedError(f"{url}: HTTP {answer.status_code}")
                return _body(answer, url, ends, most)
    except requests.RequestException as error:
        raise FeedError(f"{url}: {type(error).__name__}") from error


def _body(answer: requests.Response, url: str, ends: float, most: int) -> bytes:
    body = bytearray()
    for block in answer.iter_content(_BLOCK):
        body += block
        if len(body) > most:
            raise FeedError(f"{url}: more than {most} bytes")
        if time.monotonic() > ends:
            raise FeedError(f"{url}: it takes too long")
    return bytes(body)


def refreshed(
    known: Catalogue, today: date, fetch: Fetch = fetch
) -> tuple[Catalogue, tuple[str, ...]]:
    """
    Give *known* with all that the feeds add, and what was wrong with the others.

    Each feed stands alone: one that fails or is refused leaves what was known.
    """
    troubles: list[str] = []
    products = dict(known.life_cycles.products)
    for name, releases in known.life_cycles.products.items():
        url = END_OF_LIFE.format(feed=releases.feed)
        try:
            products[name] = read_end_of_life(releases, fetch(url), today)
        except FeedError as error:
            troubles.append(str(error))
        except CatalogueError as error:
            troubles.append(f"{url}: {error}")
    is_whole = not troubles
    advisories = known.advisories
    try:
        advisories = read_exploited(advisories, fetch(EXPLOITED))
    except FeedError as error:
        troubles.append(str(error))
    except CatalogueError as error:
        troubles.append(f"{EXPLOITED}: {error}")
    as_of = today if is_whole else known.life_cycles.as_of
    life_cycles = known.life_cycles.model_copy(
        update={"products": products, "as_of": as_of}
    )
    fresh = Catalogue(advisories=advisories, life_cycles=life_cycles)
    return fresh, tuple(troubles)
