"""AMI-009: systems that install updates at boot, and were not booted."""

from typing import Any

from ringfence.checks.long_running import long_running
from ringfence.finding import Problem
from ringfence.inventory import Inventory
from tests.build import TAKEN_AT, an_estate, an_image, an_instance, days, public

AMAZON_2 = "amzn2-ami-hvm-2.0.20240101.0-x86_64-gp2"


def started(ago: float | None, name: str = AMAZON_2, **fields: Any) -> Inventory:
    """Give an instance that was started *ago* days ago."""
    at = None if ago is None else TAKEN_AT - days(ago)
    return public(
        images=(an_image(name=name),),
        instances=(an_instance(launched_at=at, **fields),),
    )


FIRES = [started(400), started(3000, "amzn-ami-hvm-2018.03.0.20180811-x86_64-gp2")]
QUIET = [
    started(100),
    started(None),
    started(400, state="stopped"),
    started(400, "al2023-ami-2023.9.20240101.0-kernel-6.1-x86_64"),
    started(400, "ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server-20240101"),
    started(400, "golden-7"),
    # Updates had ended when it was started: it missed none.
    started(400, "amzn-ami-hvm-2018.03.0.20180811-x86_64-gp2"),
]


def test_says_what_aws_knows_and_no_more() -> None:
    """The last start is AWS's; what happened inside is not seen."""
    (problem,) = long_running(an_estate(FIRES[0]))

    assert isinstance(problem, Problem)
    assert "was started last on 2025-07-28" in problem.message
    assert "unless something else installs them" in problem.message
