"""Why something is blocked, and that it is, agree in random balanced worlds."""

import random
from collections import Counter

import pytest

from ringfence.reach.obstacles import Question
from ringfence.reach.unread import told_exposures
from ringfence.reach.why import Verdict, resolve, why
from tests.reach.balanced_worlds import DIALLED, INNER, balanced_world


@pytest.mark.parametrize("block", range(4))
def test_what_is_blocked_has_no_row_through_any_load_balancer(block: int) -> None:
    """In random worlds an answer has a path if and only if there is a row."""
    pick = random.Random(block)
    verdicts: Counter[Verdict] = Counter()
    for seed in range(block * 60, block * 60 + 60):
        world = balanced_world(seed)
        rows = told_exposures(world).rows
        for resource in ("i-0", "eni-s1", INNER, "eni-lb2b", "eni-lb0a"):
            if resolve(world, resource) is None:
                continue
            question = Question(
                resource=resource,
                protocol="tcp",
                port=pick.choice((22, *DIALLED, *DIALLED)),
                source=pick.choice(
                    (None, "203.0.113.7/32", "1.1.1.0/24", "2001:db8:1::1/128")
                ),
            )
            answers = why(world, question)
            covering = {
                (row.interface, row.entry, row.session)
                for row in rows
                if resource in (row.resource, row.interface) and question.is_met_by(row)
            }
            told = {
                (row.interface, row.entry, row.session)
                for answer in answers
                for row in answer.rows
            }
            verdicts.update(answer.verdict for answer in answers)

            assert answers
            assert {key[:2] for key in told} == {key[:2] for key in covering}, seed
            assert covering <= told, seed
            for answer in answers:
                is_blocked = answer.verdict is Verdict.BLOCKED
                assert "" == answer.because, (seed, question)
                assert is_blocked == (not answer.rows)
                assert answer.verdict is Verdict.REACHABLE or answer.obstacle
                assert answer.verdict is not Verdict.REACHABLE or not answer.obstacle
    assert min(verdicts[v] for v in (Verdict.REACHABLE, Verdict.BLOCKED)) >= 10
