"""What a visit asks, and what it makes of the answers."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringfence.inventory.visits import Cookie
from ringfence.web import MOST_REQUESTS, Answer, Silence
from tests.web.sites import BASE, answers, hold, leads

MANIFEST = "/rest/applinks/1.0/manifest"
RUNNING = answers(200, '{"state":"RUNNING"}', ("content-type", "application/json"))


def manifest(kind: str, version: str, build: str = "") -> Answer:
    """The manifest as the products send it, in XML."""
    number = f"<buildNumber>{build}</buildNumber>" if build else ""
    return answers(
        200,
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<manifest>'
        f"<id>0a1b</id><name>Ours</name><typeId>{kind}</typeId>"
        f"<version>{version}</version>{number}"
        "<applinksVersion>9.0.1</applinksVersion></manifest>",
    )


def page(head: str, foot: str = "") -> Answer:
    """An HTML page."""
    return answers(200, f"<!DOCTYPE html><html><head>{head}</head>{foot}</html>")


BITBUCKET = page(
    '<title>Log in - Bitbucket</title><meta name="application-name" '
    'content="Bitbucket">',
    '<span title="0a1b" id="product-version" data-commitid="0a1b" '
    'data-system-build-number="a1"> v8.19.1</span>',
)
JIRA = page(
    '<meta charset="utf-8"><title>System Dashboard - Ours</title>'
    '<meta name="application-name" content="JIRA" data-name="jira" '
    'data-version="9.12.2"><meta name="ajs-build-number" content="9120002">'
)
CONFLUENCE = page(
    '<title>Log In - Confluence</title><meta name="ajs-version-number" '
    'content="8.5.4"><meta name="ajs-context-path" content="/wiki">'
)
CROWD = page("<title>Crowd Console</title>", "<p>Version: 5.2.1 (Build:#1999)</p>")
FISHEYE = page("<title>Log in to FishEye and Crucible 4.8.10</title>")


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


def test_the_usual_visit_is_six_requests() -> None:
    """A redirect, the manifest, the state, the administration and the users."""
    site = {
        "/": leads("/login"),
        f"{BASE}/login": BITBUCKET,
        MANIFEST: manifest("bitbucket", "8.19.1", "8019001"),
        "/status": RUNNING,
        "/admin": leads("/login?next=/admin"),
    }
    seen, asked = hold(site)

    assert [
        *("/", f"{BASE}/login", MANIFEST, "/status", "/admin"),
        "/rest/api/1.0/users?limit=1",
    ] == asked
    assert ("8019001", "RUNNING", 6) == (seen.build, seen.state, seen.requests)
    assert ("/admin", "", "") == (seen.admin, seen.users, seen.setup)
    assert {} == seen.unread


def test_a_site_that_is_no_product_is_asked_three_times() -> None:
    """Nothing more is asked of what is not known."""
    _, asked = hold({"/": answers(200, "<h1>It works!</h1>")})

    assert ["/", MANIFEST, "/status"] == asked


@pytest.mark.parametrize(
    ("site", "is_tls"),
    [
        ({"/": leads("https://git.example.com/")}, False),
        ({"/": leads("https://git.example.com:8443/")}, True),
        ({"/": answers(400)}, False),
    ],
)
def test_what_leads_to_another_endpoint_is_not_asked_more(
    site: dict[str, Answer], *, is_tls: bool
) -> None:
    """Another port is an endpoint of its own; this one has said what it is."""
    seen, asked = hold(site, is_tls=is_tls)

    assert MANIFEST not in asked
    assert ("", "") == (seen.product, seen.error)


def test_redirects_elsewhere_are_recorded_and_the_site_is_still_asked() -> None:
    """A login at another host is not followed, and does not hide the product."""
    seen, asked = hold(
        {
            "/": leads("https://sso.example.com/"),
            MANIFEST: manifest("jira", "9.12.2"),
        }
    )

    assert ("https://sso.example.com/",) == seen.redirects
    assert "https://sso.example.com/" not in asked
    assert "jira" == seen.product


@pytest.mark.parametrize("hops", [1, 9])
def test_redirects_end(hops: int) -> None:
    """A loop is noticed, an endless chain is left after three."""
    site = {f"{BASE}/{n}": leads(f"/{(n + 1) % hops}") for n in range(hops)}
    seen, asked = hold({"/": leads("/0"), **site})

    followed = [url for url in asked if url.startswith(BASE)]
    assert min(hops, 3) == len(followed)
    assert min(hops, 3) + 1 == len(seen.redirects)


def test_a_loop_between_the_protocols_is_seen() -> None:
    """HTTPS is looked at once, to see whether it sends clients back."""
    site = {
        "/": leads(f"{BASE}/"),
        f"{BASE}/": leads("http://git.example.com/login"),
    }
    seen, asked = hold(site, is_tls=False)

    assert (f"{BASE}/", "http://git.example.com/login") == seen.redirects
    assert ["/", f"{BASE}/"] == asked
    assert 302 == seen.status


@pytest.mark.parametrize(
    ("site", "setup"),
    [
        ({"/status": answers(200, '{"state":"FIRST_RUN"}')}, "/"),
        (
            {
                "/": leads("/secure/SetupMode!default.jspa"),
                f"{BASE}/secure/SetupMode!default.jspa": answers(200),
            },
            "/secure/SetupMode!default.jspa",
        ),
        (
            {
                "/": leads("/crowd/console/setup/setuplicense.action"),
                f"{BASE}/crowd/console/setup/setuplicense.action": answers(200),
            },
            "/crowd/console/setup/setuplicense.action",
        ),
        (
            {
                "/": leads("/setup", ("set-cookie", "BITBUCKETSESSIONID=x")),
                f"{BASE}/setup": answers(200),
            },
            "/setup",
        ),
        ({"/": leads("/setup"), f"{BASE}/setup": answers(200)}, ""),
        ({"/": leads("/setup"), f"{BASE}/setup": answers(403)}, ""),
        ({"/status": RUNNING}, ""),
        ({"/status": answers(200, '{"state":"first run"}')}, ""),
        ({"/status": answers(200, '["FIRST_RUN"]')}, ""),
    ],
)
def test_an_open_setup_is_told(site: dict[str, Answer], setup: str) -> None:
    """The state says so, or `/` leads to a wizard that only a product has."""
    seen, asked = hold({"/": answers(200), **site})

    assert setup == seen.setup
    assert not setup or "/admin" not in asked


def reads_admin(answer: Answer | Silence) -> tuple[str, dict[str, str]]:
    """What is made of *answer* at Bitbucket's administration."""
    seen, _ = hold({"/": BITBUCKET, "/admin": answer})
    return seen.admin, dict(seen.unread)


@pytest.mark.parametrize(
    "answer",
    [
        answers(403),
        answers(404),
        answers(401),
        answers(200, "<h1>Not for you</h1>"),
        leads("https://sso.example.com/login"),
        leads("/"),
    ],
)
def test_a_refused_administration_is_quiet(answer: Answer) -> None:
    """Refused, missing, another page, or another host's login: nothing to tell."""
    assert ("", {}) == reads_admin(answer)


@pytest.mark.parametrize("answer", [BITBUCKET, leads("/login?next=%2Fadmin")])
def test_an_administration_with_only_a_login_is_told(answer: Answer) -> None:
    """The page itself, or the product's own login for it."""
    assert ("/admin", {}) == reads_admin(answer)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (answers(503), "/admin answers with status 503"),
        (answers(429), "/admin answers with status 429"),
        (Silence("No answer within 10 s."), "No answer within 10 s."),
        (answers(200, "x", cut="Closed."), "Closed."),
    ],
)
def test_an_administration_that_cannot_be_read_is_unread(
    answer: Answer | Silence, why: str
) -> None:
    """A fault, a limit, silence or half an answer is no refusal."""
    assert ("", {"admin": why}) == reads_admin(answer)


@pytest.mark.parametrize(
    ("kind", "path", "document", "is_open"),
    [
        ("jira", "/rest/api/2/user/picker", {"users": [{"name": "ann"}]}, True),
        ("jira", "/rest/api/2/user/picker", {"users": [], "total": 0}, False),
        ("jira", "/rest/api/2/user/picker", {"users": ["ann"]}, False),
        ("bitbucket", "/rest/api/1.0/users", {"values": [{"slug": "ann"}]}, True),
        ("bitbucket", "/rest/api/1.0/users", {"values": []}, False),
        ("confluence", "/rest/api/search", {"results": [{"user": {"k": 1}}]}, True),
        ("confluence", "/rest/api/search", {"results": [{"content": 1}]}, False),
        ("confluence", "/rest/api/search", ["user"], False),
    ],
)
def test_users_are_listed_only_where_one_is_named(
    kind: str, path: str, document: Any, *, is_open: bool
) -> None:
    """An empty list is what products answer to those who may see nobody."""
    query = {
        "jira": "query=a&maxResults=1",
        "bitbucket": "limit=1",
        "confluence": "cql=type=user&limit=1",
    }
    site = {
        "/": answers(200),
        MANIFEST: manifest(kind, "9.1.0"),
        f"{path}?{query[kind]}": answers(200, json.dumps(document)),
    }
    seen, asked = hold(site)

    assert f"{path}?{query[kind]}" in asked
    assert (path if is_open else "") == seen.users


def test_cookies_and_headers_are_kept_without_values_of_cookies() -> None:
    """What checks ask about is kept; a session's value is not."""
    site = {
        "/": leads("/login", ("set-cookie", "JSESSIONID=secret; Path=/; secure")),
        f"{BASE}/login": answers(
            200,
            "",
            ("strict-transport-security", "max-age=1"),
            ("x-other", "secret"),
            ("set-cookie", "BITBUCKETSESSIONID=secret; HttpOnly;SECURE"),
        ),
    }
    seen, _ = hold(site)

    assert {"strict-transport-security": "max-age=1"} == seen.headers
    assert (
        Cookie("JSESSIONID", is_secure=True),
        Cookie("BITBUCKETSESSIONID", is_secure=True, is_http_only=True),
    ) == seen.cookies
    assert "secret" not in repr(seen)


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


def test_no_answer_to_the_first_request_is_an_error() -> None:
    """Nothing more is asked of what did not answer."""
    seen, asked = hold({"/": Silence("No answer within 10 s.")})

    assert ["/"] == asked
    assert ("No answer within 10 s.", None) == (seen.error, seen.status)


def test_silence_later_on_is_unread() -> None:
    """What was told so far stands; what was asked in vain is named."""
    silence = Silence("No answer within 10 s.")
    site: dict[str, Answer | Silence] = {
        "/": JIRA,
        MANIFEST: silence,
        "/status": silence,
    }
    seen, _ = hold(site)

    assert ("jira", "9.12.2") == (seen.product, seen.version)
    assert {"state": silence.because} == seen.unread


def test_half_a_page_is_unread() -> None:
    """A page that was cut says so."""
    seen, _ = hold({"/": answers(200, "<html>", cut="The peer closed.")})

    assert {"page": "The peer closed."} == seen.unread


texts = st.text(max_size=200) | st.sampled_from(
    [BITBUCKET.body, JIRA.body, CROWD.body, "[" * 100_000, "<meta " * 20_000]
)
paths = st.sampled_from(
    ["/", "/login", "/jira/secure/x", "https://a.example.com/", "//", "http://[", "x"]
)
headers = st.lists(
    st.tuples(
        st.sampled_from(["set-cookie", "content-type", "x-frame-options"]),
        st.text(max_size=50),
    ),
    max_size=3,
)


@st.composite
def any_answer(draw: st.DrawFn) -> Answer | Silence:
    """Anything that a peer may say."""
    if draw(st.integers(0, 9)) == 0:
        return Silence("No.")
    if draw(st.booleans()):
        goal = draw(paths)
        if goal != "http://[":
            return leads(goal, *draw(headers))
    status = draw(st.sampled_from([200, 400, 403, 429, 503]))
    return answers(status, draw(texts), *draw(headers), cut=draw(st.just("") | texts))


class Anything(dict[str, Answer | Silence]):
    """A site that has something at every path."""

    def __init__(self, choices: list[Answer | Silence]) -> None:
        super().__init__()
        self._choices = choices

    def get(self, key: str, default: Any = None) -> Any:
        """Give whatever is next."""
        return self._choices.pop() if self._choices else default


@given(st.lists(any_answer(), max_size=12), st.booleans())
def test_no_peer_makes_a_visit_long_or_fail(
    choices: list[Answer | Silence],
    is_tls: bool,  # noqa: FBT001 - Hypothesis gives it by place
) -> None:
    """Whatever is answered, the visit ends within its requests, on this endpoint."""
    seen, asked = hold(Anything(choices), is_tls=is_tls)

    assert seen.requests == len(asked) <= MOST_REQUESTS
    assert all(url.startswith(("/", BASE, "http://git.example.com")) for url in asked)
