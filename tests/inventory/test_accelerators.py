"""Accelerators are read whole or not at all, and only those that are on."""

from typing import Any

import pytest

from ringfence.inventory.accelerators import (
    ACCELERATORS,
    ENDPOINT_GROUPS,
    LISTENERS,
    Accelerator,
    AcceleratorListener,
    Endpoint,
    EndpointGroup,
)
from ringfence.inventory.read import read
from ringfence.snapshot import Gap, SnapshotError
from tests.inventory.estate import a_snapshot, an_inventory, pages


def test_an_accelerator_holds_all_that_it_leads_to() -> None:
    """One that is off leads nowhere, and an endpoint without weight gets nothing."""
    (accelerator,) = pages()[ACCELERATORS]["Accelerators"][:1]
    arn = accelerator["AcceleratorArn"]
    listener = f"{arn}/listener/0123vxyz"

    assert (
        Accelerator(
            id=arn,
            name="git",
            listeners=(
                AcceleratorListener(
                    id=listener,
                    protocol="tcp",
                    ports=((443, 443), (7990, 7999)),
                    groups=(
                        EndpointGroup(
                            id=f"{listener}/endpoint-group/098765zyxwvu",
                            region="eu-west-1",
                            overrides=((443, 8443),),
                            endpoints=(Endpoint(id="i-0a1", preserves_client_ip=True),),
                        ),
                    ),
                ),
            ),
        ),
    ) == an_inventory().accelerators


@pytest.mark.parametrize("operation", [ACCELERATORS, LISTENERS, ENDPOINT_GROUPS])
def test_what_was_denied_is_a_gap_of_its_own(operation: str) -> None:
    """Nothing else is unread, and no half of an accelerator passes for a whole."""
    gap = Gap(operation, "AccessDeniedException")
    found = read(a_snapshot(None, gap))

    assert () == found.accelerators
    assert (gap,) == found.gaps["accelerators"]
    assert "load_balancers" in found.read


def test_a_snapshot_from_before_still_loads() -> None:
    """What was not asked for is neither read nor a gap."""
    answers = pages()
    for operation in (ACCELERATORS, LISTENERS, ENDPOINT_GROUPS):
        del answers[operation]
    found = read(a_snapshot(answers))

    assert () == found.accelerators
    assert "accelerators" not in found.read | found.gaps.keys()


def test_what_vanished_meanwhile_leads_nowhere() -> None:
    """A listener that was deleted while it was asked for has no groups."""
    answers = pages()
    answers[ENDPOINT_GROUPS] = dict.fromkeys(answers[ENDPOINT_GROUPS])
    (accelerator,) = read(a_snapshot(answers)).accelerators

    assert [()] == [listener.groups for listener in accelerator.listeners]


@pytest.mark.parametrize("key", ["FromPort", "ToPort"])
def test_a_range_without_an_end_is_said_so(key: str) -> None:
    """A missing port must not pass for all or none."""
    answers: dict[str, Any] = pages()
    (of_one, *_) = answers[LISTENERS].values()
    del of_one["Listeners"][0]["PortRanges"][0][key]

    with pytest.raises(SnapshotError, match="FromPort or ToPort"):
        read(a_snapshot(answers))
