"""The benchmarks run; what they print is nobody's pass or failure."""

import pytest

from bench import change, child, probe, sweep

pytestmark = [pytest.mark.slow, pytest.mark.allow_hosts(["127.0.0.1"])]


def test_a_small_account_is_swept_and_counted() -> None:
    """The sweep's benchmark reads everything that it made."""
    figures = sweep.of_world(6, 12)

    assert 0 == figures["gaps"]
    assert 0 < figures["calls"] <= figures["pages"]


def test_a_small_region_is_judged() -> None:
    """The judging benchmark's world has something to find in it."""
    figures = child.run("-m", "bench.evaluate", "50", "noisy")

    assert figures["findings"] > 0


def test_a_few_endpoints_are_probed() -> None:
    """The probe's benchmark reads all that answer, whatever hangs beside them."""
    with probe.servers() as goal:
        figures = probe.of_endpoints(10, *goal)

    assert 8 == figures["read"] == figures["surveyed"]
    assert 40 == figures["requests"]


def test_a_few_changes_are_judged_and_their_calls_counted() -> None:
    """However many events a batch has, the estate is asked as often."""
    figures = change.of_world(6, 12, 20)
    one, many = (figures["batches"][name] for name in ("warm", "warm, all at once"))

    assert one["asked"][:5] == many["asked"][:5]
    assert 0 < one["calls"] - one["own"] == many["calls"] - many["own"]
    assert "CRITICAL" in figures["alert"]
