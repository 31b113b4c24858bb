"""What the feeds answer, in their own shapes, made of what is known."""

import json
from typing import Any

from ringfence.feeds import END_OF_LIFE, EXPLOITED, FeedError
from ringfence.releases import Catalogue, ProductReleases, version


def end_of_life(known: ProductReleases, *, newest: str, day: str) -> dict[str, Any]:
    """endoflife.date's answer with *newest*, released on *day*."""
    line = version(newest).line
    return {
        "schema_version": "1.2.0",
        "result": {
            "name": known.feed,
            "releases": [
                {
                    "name": cycle.name,
                    "label": cycle.name,
                    "releaseDate": "2020-01-01",
                    "isLts": cycle.lts,
                    "isEol": cycle.ends is None,
                    "eolFrom": str(cycle.ends) if cycle.ends else None,
                    "latest": {
                        "name": newest if cycle.name == line else f"{cycle.name}.0",
                        "date": day if cycle.name == line else "2020-01-01",
                        "link": None,
                    },
                }
                for cycle in known.cycles
            ],
        },
    }


def exploited(
    known: Catalogue, *others: str, day: str = "2026-11-20"
) -> dict[str, Any]:
    """CISA's list: all that is known to be on it, and *others*."""
    marked = [a.cve for a in known.advisories.advisories if a.exploited]
    listed = [
        {
            "cveID": cve,
            "vendorProject": "Atlassian",
            "product": "Confluence Data Center",
            "dateAdded": "2022-01-01",
            "knownRansomwareCampaignUse": "Known",
            "notes": "",
        }
        for cve in [*marked, *others]
    ]
    foreign = {**listed[0], "cveID": "CVE-2020-0001", "vendorProject": "Contoso"}
    return {
        "title": "Known Exploited Vulnerabilities",
        "catalogVersion": day.replace("-", "."),
        "dateReleased": f"{day}T15:00:00.1234Z",
        "count": len(listed) + 1,
        "vulnerabilities": [*listed, foreign],
    }


class Feeds:
    """A world of feeds: what each address answers; others fail."""

    def __init__(self, **answers: Any) -> None:
        self.answers = {
            EXPLOITED if name == "exploited" else END_OF_LIFE.format(feed=name): answer
            for name, answer in answers.items()
        }

    def fetch(self, url: str) -> bytes:
        """Answer as `ringfence.feeds.fetch` does."""
        answer = self.answers.get(url)
        if answer is None:
            raise FeedError(f"{url}: HTTP 503")
        return answer if isinstance(answer, bytes) else json.dumps(answer).encode()
