"""By what products are recognised, and where they tell their version."""

import json

import pytest

from ringfence.web import Answer
from tests.web.sites import (
    BASE,
    BITBUCKET,
    CONFLUENCE,
    CROWD,
    FISHEYE,
    JIRA,
    MANIFEST,
    answers,
    hold,
    leads,
    manifest,
    page,
)


@pytest.mark.parametrize(
    ("site", "product", "version", "context"),
    [
        (
            {"/": leads("/login"), f"{BASE}/login": BITBUCKET},
            *("bitbucket", "8.19.1", ""),
        ),
        (
            {
                "/": leads("/jira/secure/Dashboard.jspa"),
                f"{BASE}/jira/secure/Dashboard.jspa": JIRA,
            },
            *("jira", "9.12.2", "/jira"),
        ),
        (
            {
                "/": leads("/wiki/login.action"),
                f"{BASE}/wiki/login.action": CONFLUENCE,
            },
            *("confluence", "8.5.4", "/wiki"),
        ),
        (
            {
                "/": page("", '<a href="/crowd/console">'),
                f"/crowd{MANIFEST}": manifest("crowd", "5.2.1"),
            },
            *("crowd", "5.2.1", "/crowd"),
        ),
        ({"/": CROWD}, "crowd", "5.2.1", ""),
        ({"/": FISHEYE}, "fisheye", "4.8.10", ""),
        (
            {"/": answers(200, "", ("set-cookie", "BITBUCKETSESSIONID=x; Path=/"))},
            *("bitbucket", "", ""),
        ),
        (
            {"/": answers(302, "", ("x-confluence-request-time", "1"))},
            *("confluence", "", ""),
        ),
        ({MANIFEST: manifest("stash", "3.11.6")}, "bitbucket", "3.11.6", ""),
        ({MANIFEST: manifest("fecru", "4.8.0")}, "fisheye", "4.8.0", ""),
        (
            {MANIFEST: answers(200, '{"typeId":"bamboo","version":"9.6.1"}')},
            *("bamboo", "9.6.1", ""),
        ),
        ({"/": answers(200, "<h1>It works!</h1>")}, "", "", ""),
        ({MANIFEST: manifest("crowd-of-others", "1.0")}, "", "", ""),
        ({MANIFEST: answers(200, "<html><typeId>jira</typeId></html>")}, "", "", ""),
    ],
)
def test_products_are_told_by_what_they_serve(
    site: dict[str, Answer], product: str, version: str, context: str
) -> None:
    """Page, cookie, header or manifest tell the product, its version and its path."""
    seen, _ = hold({"/": answers(200), **site})

    assert (product, version, context) == (seen.product, seen.version, seen.context)


def test_a_manifest_outweighs_the_page() -> None:
    """A dashboard may show another product's title; the manifest does not lie."""
    seen, _ = hold({"/": CONFLUENCE, f"/wiki{MANIFEST}": manifest("jira", "9.4.1")})

    assert ("jira", "9.4.1") == (seen.product, seen.version)


def test_entities_in_a_manifest_have_no_effect() -> None:
    """A document type with entities is not parsed, so nothing expands."""
    bomb = (
        '<?xml version="1.0"?><!DOCTYPE m [<!ENTITY a "jira"><!ENTITY b "&a;&a;">]>'
        "<manifest><typeId>&b;</typeId><version>1.0</version></manifest>"
    )
    seen, _ = hold({"/": answers(200), MANIFEST: answers(200, bomb)})

    assert "" == seen.product


@pytest.mark.parametrize(
    ("site", "about", "told", "version"),
    [
        (BITBUCKET, "/rest/api/1.0/application-properties", "7.21.0", "8.19.1"),
        (
            answers(200, "", ("set-cookie", "BITBUCKETSESSIONID=x")),
            *("/rest/api/1.0/application-properties", "7.21.0", "7.21.0"),
        ),
        (
            page("<title>System Dashboard - Ours</title>"),
            *("/rest/api/2/serverInfo", "9.4.0", "9.4.0"),
        ),
        (
            page("<title>Log in - Atlassian Bamboo</title>"),
            *("/rest/api/latest/info", "8.2.4", "8.2.4"),
        ),
    ],
)
def test_a_fallback_is_asked_only_without_a_version(
    site: Answer, about: str, told: str, version: str
) -> None:
    """Where the manifest is hidden, one more document tells the version."""
    document = answers(200, json.dumps({"version": told, "buildNumber": 99}))
    seen, asked = hold({"/": site, about: document})

    assert version == seen.version
    assert (version == told) == (about in asked)


@pytest.mark.parametrize(
    "says",
    [
        "The host name for your Atlassian instance has changed",
        "Your Atlassian instance is starting",
        "Your Atlassian instance is not running",
    ],
)
def test_the_page_of_atlassians_image_is_recognised(says: str) -> None:
    """The machine image's own page says why the product does not answer."""
    body = f"<h1>{says}</h1><footer>Atlassian AMI</footer>"
    seen, _ = hold({"/": answers(503, body)})

    assert (says, "") == (seen.notice, seen.product)
