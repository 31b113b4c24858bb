"""Judging is not interrupted by the search for reference cycles."""

import gc

import pytest

from ringfence.garbage import undisturbed


def test_nobody_looks_for_cycles_inside() -> None:
    """The collector is off in the body and on again after it."""
    with undisturbed():
        inside = gc.isenabled()

    assert (False, True) == (inside, gc.isenabled())


def test_the_outermost_body_decides() -> None:
    """A body within a body does not let the collector in early."""
    with undisturbed():
        with undisturbed():
            pass
        after_inner = gc.isenabled()

    assert (False, True) == (after_inner, gc.isenabled())


def test_an_error_lets_the_collector_in_again() -> None:
    """The collector is on again after a body that fails."""
    with pytest.raises(LookupError), undisturbed():
        raise LookupError

    assert gc.isenabled()
