"""Judging is not interrupted by the search for reference cycles."""

import gc
import weakref

import pytest

from ringfence.garbage import undisturbed


class Ring:
    """What may hold itself."""

    itself: "Ring"


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


def test_what_was_made_inside_counts_as_old() -> None:
    """The next pass over young objects does not walk all that the body made."""
    with undisturbed():
        made: list[object] = [[]]
    young = {id(item) for generation in (0, 1) for item in gc.get_objects(generation)}

    assert id(made) not in young


def test_cycles_that_were_made_inside_are_still_found() -> None:
    """A full pass afterwards frees what only a cycle holds."""
    with undisturbed():
        ring = Ring()
        ring.itself = ring
        seen = weakref.ref(ring)
        del ring
    gc.collect()

    assert seen() is None
