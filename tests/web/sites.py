"""Sites as tables of answers, and a visitor that keeps what was asked."""

from collections.abc import Mapping
from urllib.parse import urljoin, urlsplit

from ringfence.inventory.visits import HttpObservation
from ringfence.web import Answer, Redirect, Silence, visit

ENDPOINT = "git.example.com:443"
BASE = "https://git.example.com"


def answers(
    status: int = 200, body: str = "", *headers: tuple[str, str], cut: str = ""
) -> Answer:
    """Give an answer that `hold` puts at its path."""
    return Answer(url="", path="", status=status, headers=headers, body=body, cut=cut)


def leads(goal: str, *headers: tuple[str, str]) -> Answer:
    """Give a redirect to *goal*, which may be followed where it is the site's own."""
    return answers(302, "", ("location", goal), *headers)


def hold(
    site: Mapping[str, Answer | Silence], *, is_tls: bool = True
) -> tuple[HttpObservation, list[str]]:
    """Hold the conversation with *site*; what it does not have is 404."""
    base = BASE if is_tls else BASE.replace("https", "http")
    conversation = visit(ENDPOINT, "203.0.113.7", is_tls=is_tls)
    asked = [next(conversation)]
    while True:
        url = urljoin(base, asked[-1])
        came = site.get(asked[-1], site.get(url, answers(404)))
        if isinstance(came, Answer):
            came = _placed(came, url, base)
        try:
            asked.append(conversation.send(came))
        except StopIteration as done:
            return done.value, asked


def _placed(answer: Answer, url: str, base: str) -> Answer:
    location = answer.header("location")
    goal = urljoin(url, location)
    is_own = urlsplit(goal).hostname == urlsplit(base).hostname
    return Answer(
        url=url,
        path=urlsplit(url).path,
        status=answer.status,
        headers=answer.headers,
        body=answer.body,
        cut=answer.cut,
        redirect=Redirect(
            url=goal,
            is_here=goal.startswith(f"{base}/"),
            may_follow=is_own,
        )
        if location
        else None,
    )
