"""Work that makes no reference cycles, undisturbed by the search for them."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def undisturbed() -> Iterator[None]:
    """
    Let nobody look for cycles while the body runs.

    Records, exposures and findings point one way and go by reference counts
    alone. The collector's full passes walk all of them again and again while
    they are made, which was nearly a third of the time of judging a large Region.
    Afterwards all that there is counts as old: without that, the next pass over
    the young would walk all that was made. Full passes still do.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.freeze()  # all out of their generations …
            gc.unfreeze()  # … and into the oldest
            gc.enable()
