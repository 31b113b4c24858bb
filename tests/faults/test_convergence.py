"""
Whatever happens in between, table, Security Hub and alerts come to the truth.

A model: sweeps and changes go on side by side, one call at a time, are killed
anywhere and tried again, by clocks that differ; the stream is delivered in order
for each item only, again and again; Security Hub, SNS and SQS fail in between.
The code under all of it is the real one, from `keep_report` to `publish`.
"""

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from ringfence.finding import Severity
from tests.faults.outside import Trouble
from tests.faults.turns import Worker
from tests.faults.world import PLACES_OF, SHARDS, STATES, VPCS, World
from tests.render.samples import a_finding

skews = st.integers(-3, 3).map(lambda minutes: timedelta(minutes=minutes))
kills = st.sampled_from(["", "", "", "before", "after"])
ids = st.sampled_from(sorted(a_finding(resource=name).id for name in PLACES_OF))
troubles = st.one_of(
    st.just(Trouble()),
    st.builds(
        Trouble,
        kill=st.none() | st.integers(1, 4),
        kill_after=st.booleans(),
        hub_refuses=st.sampled_from(["", "ThrottlingException"]),
        topic_refuses=st.sampled_from(["", "Throttling"]),
        failing=st.frozensets(ids, max_size=2),
    ),
)


class Convergence(RuleBasedStateMachine):
    """Everything that may happen, in any order."""

    clocks_agree = False

    def __init__(self) -> None:
        super().__init__()
        self.world = World()

    @rule(resource=st.sampled_from(sorted(PLACES_OF)), state=st.sampled_from(STATES))
    def flip(self, resource: str, state: str) -> None:
        """Somebody changes something."""
        self.world.flip(resource, state)

    @precondition(lambda self: len(self.world.workers) < 4)
    @rule(skew=skews)
    def sweep(self, skew: timedelta) -> None:
        """The schedule is due, perhaps before the last sweep ended."""
        self.world.sweep(timedelta() if self.clocks_agree else skew)

    @precondition(lambda self: len(self.world.workers) < 4)
    @rule(skew=skews)
    def end(self, skew: timedelta) -> None:
        """Every few minutes somebody looks whether a sweep is over."""
        self.world.end(skew)

    @precondition(lambda self: len(self.world.workers) < 4)
    @rule(vpc=st.sampled_from(sorted(VPCS)), skew=skews)
    def change(self, vpc: str, skew: timedelta) -> None:
        """Messages are handed over; a queue may do so twice, or late."""
        self.world.change(vpc, timedelta() if self.clocks_agree else skew)

    @precondition(lambda self: len(self.world.workers) < 3)
    @rule(state=st.sampled_from(STATES))
    def storm(self, state: str) -> None:
        """One change touches everything, and all of it is judged side by side."""
        for resource in sorted(PLACES_OF):
            self.world.flip(resource, state)
        for vpc in sorted(VPCS):
            self.world.change(vpc)

    @precondition(lambda self: self.world.workers)
    @rule(number=st.integers(0, 3), steps=st.integers(1, 4), kill=kills)
    def work(self, number: int, steps: int, kill: str) -> None:
        """One of those at work goes on for a few calls, and may die at the last."""
        worker = self.world.workers[number % len(self.world.workers)]
        for step in range(steps):
            if not worker.is_done:
                self.world.step(worker, kill if step == steps - 1 else "")

    @rule(shard=st.integers(0, SHARDS - 1), most=st.integers(1, 5), trouble=troubles)
    def deliver(self, shard: int, most: int, trouble: Trouble) -> None:
        """The stream hands records over."""
        self.world.deliver(shard, most, trouble)

    @rule(
        shard=st.integers(0, SHARDS - 1), back=st.integers(1, 6), most=st.integers(1, 3)
    )
    def redeliver(self, shard: int, back: int, most: int) -> None:
        """Records that were taken come again, in smaller batches."""
        self.world.redeliver(shard, back)
        self.world.deliver(shard, most, Trouble())

    @rule(resource=st.sampled_from(sorted(PLACES_OF)), state=st.sampled_from(STATES))
    def quiet(self, resource: str, state: str) -> None:
        """For once, all that is at work ends, and all changes are judged."""
        self.world.flip(resource, state)
        self.world.settle()
        self.world.drain()
        if self.clocks_agree:
            assert self.world.truth() == self.world.verdicts()

    @invariant()
    def nothing_is_invented(self) -> None:
        """A row says what was true when it was observed, or later."""
        if self.clocks_agree:
            assert [] == self.world.inventions()

    def teardown(self) -> None:
        """All ends, one last sweep, and all agree."""
        self.world.settle()
        self.world.last_sweep()

        assert self.world.truth() == self.world.verdicts()
        assert [] == self.world.disagreements()
        assert Counter(self.world.transitions()) == self.world.outside.told()
        assert [] == self.world.outside.queue.letters


class ByOneClock(Convergence):
    """The same with clocks that agree: then more can be said before the end."""

    clocks_agree = True


def run(machine: type[Convergence], examples: int, steps: int) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_all_agree_with_the_truth_in_the_end() -> None:
    """No transition is lost, none is told twice, and nothing stays wrong."""
    run(Convergence, examples=150, steps=40)


def test_a_row_is_never_ahead_of_what_was_seen() -> None:
    """And once all changes were judged the table is the truth, without a sweep."""
    run(ByOneClock, examples=80, steps=40)


def seen_bad(vpc: str | None) -> tuple[World, Worker]:
    """Somebody who looked while an instance was bad, and has not written it yet."""
    world = World()
    world.flip("i-11", Severity.HIGH)
    world.hints.clear()  # the events come late, both at once
    world.change(vpc) if vpc else world.sweep()
    [slow] = world.workers
    finish(world, slow, steps=2)  # it has begun, and read the first VPC
    world.flip("i-11", "good")
    world.hints.clear()
    return world, slow


def finish(world: World, *workers: Worker, steps: int = 9) -> None:
    """Let *workers* make so many calls, or all that they have left."""
    for worker in workers:
        for _ in range(steps):
            if not worker.is_done:
                world.step(worker)


def test_a_state_that_flips_twice_under_a_sweep_is_told_as_it_is() -> None:
    """The later look left no row, for it saw no difference, but its watermark."""
    world, slow = seen_bad(None)
    world.change("vpc-1")
    finish(world, world.workers[1], slow)

    assert {} == world.verdicts() == world.truth()
    assert set() == world.transitions()


def test_a_row_that_came_while_a_change_decided_is_not_left() -> None:
    """It decided about the rows that it had read; then it reads them again."""
    world, slow = seen_bad(None)
    world.change("vpc-1")
    quick = world.workers[1]
    finish(world, quick, steps=3)  # it has begun, read the VPC, and the rows
    finish(world, slow, quick)

    assert {} == world.verdicts() == world.truth()


@pytest.mark.parametrize("calls", [1, 2, 3, 4, 5])
def test_a_slow_change_does_not_outlast_a_sweep(calls: int) -> None:
    """However far the sweep has come when the change writes what it saw before."""
    world, slow = seen_bad("vpc-1")
    finish(world, slow, steps=1)  # it has read the rows
    world.sweep()
    sweep = world.workers[1]
    finish(world, sweep, steps=calls)
    finish(world, slow, sweep)

    assert {} == world.verdicts() == world.truth()


def test_what_the_later_look_could_not_tell_is_the_slow_sweeps() -> None:
    """A watermark holds for the checks that answered."""
    world, slow = seen_bad(None)
    world.blind = True
    world.change("vpc-1")
    finish(world, world.workers[1], slow)

    assert {"i-11": Severity.HIGH} == world.verdicts()


@pytest.mark.slow
def test_all_agree_after_longer_stories() -> None:
    """As above, deeper."""
    run(Convergence, examples=300, steps=60)
