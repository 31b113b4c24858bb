"""The calculation for an organisation, which is the same wherever it is made."""

from dataclasses import replace

import pytest

from bench import scale
from bench.organisation import KINDS, Assumed, places, simulate, waits_for_tokens

SURE = replace(Assumed(), deaths=0, spread=0, cold_start_s=0)


def test_the_page_is_up_to_date() -> None:
    """`python -m bench.scale` would write what is there."""
    text = scale.PAGE.read_text(encoding="utf-8")

    assert scale.page(text) == text
    assert all(f"<!-- {name} -->" in text for name in scale.TABLES)


def test_work_is_shared_evenly() -> None:
    """Without chance, a sweep takes its work divided by the functions."""
    swept = simulate(SURE, ["small"] * 1_000, {"small": 6.0}, 5)

    assert (1_200, 1_200) == (swept.nearly_all_s, swept.all_s)


def test_pollers_come_by_and_by() -> None:
    """Five at once and 300 a minute: the last of 65 has its first message at 12 s."""
    swept = simulate(SURE, ["small"] * 65, {"small": 60.0}, 65)

    assert 60 + 12 == pytest.approx(swept.all_s)


def test_who_died_is_read_when_its_message_is_visible_again() -> None:
    """It is not lost, and it holds nobody else up."""
    assumed = replace(SURE, deaths=0.5)
    swept = simulate(assumed, ["small"] * 4, {"small": 6.0}, 5)

    assert 0 == (swept.all_s - 6) % assumed.hidden_s
    assert swept.all_s > assumed.hidden_s


def test_tokens_are_refilled() -> None:
    """A hundred at once, and twenty a second from then on."""
    refused = [
        waits_for_tokens(calls, a_second=rate)
        for calls, rate in ((100, 1_000), (200, 20), (200, 1e9), (300, 40))
    ]

    assert [0, 0, 100] == refused[:3]
    assert 300 - 100 - 300 / 40 * 20 == pytest.approx(refused[3], abs=1)


def test_an_organisation_is_as_it_was_asked_for() -> None:
    """Every place has a kind, in the shares that are assumed."""
    kinds = places(Assumed())

    assert 17_000 == len(kinds)
    assert {"empty": 0.7, "small": 0.22, "medium": 0.07, "large": 0.01} == {
        kind: pytest.approx(kinds.count(kind) / 17_000) for kind in KINDS
    }
