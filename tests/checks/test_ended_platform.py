"""PATCH-007: systems that only their agents tell."""

import pytest

from ringfence.inventory import Inventory
from ringfence.subjects.systems import system_on
from tests.build import a_node, an_image, an_instance, public


def reporting(
    system: str, version: str, *, name: str = "golden-7", state: str = "running"
) -> Inventory:
    """Give an instance whose agent reports *system* and *version*."""
    return public(
        images=(an_image(name=name),),
        managed_nodes=(a_node(system=system, version=version),),
        instances=(an_instance(state=state),),
    )


FIRES = [
    reporting("Amazon Linux", "2"),
    reporting("Amazon Linux AMI", "2018.03"),
    reporting("Ubuntu", "20.04"),
    reporting("CentOS Linux", "7"),
]
QUIET = [
    reporting("Amazon Linux", "2023"),
    reporting("Ubuntu", "24.04"),
    reporting("Amazon Linux", "2", state="stopped"),
    reporting("Amazon Linux", "2", name="amzn2-ami-hvm-2.0.2024-x86_64"),  # AMI-004
    reporting("Windows Server", "2022"),
    public(),
]


@pytest.mark.parametrize(
    ("name", "version", "title"),
    [
        ("Amazon Linux", "2", "Amazon Linux 2"),
        ("Amazon Linux", "2023", "Amazon Linux 2023"),
        ("Amazon Linux AMI", "2018.03", "Amazon Linux 1"),
        ("Ubuntu", "22.04", "Ubuntu 22.04"),
        ("Red Hat Enterprise Linux", "8.10", "Red Hat Enterprise Linux 8"),
        ("Red Hat Enterprise Linux Server", "7.9", "Red Hat Enterprise Linux 7"),
        (
            "Red Hat Enterprise Linux Server",
            "6.10 (Santiago)",
            "Red Hat Enterprise Linux 6",
        ),
        ("Amazon Linux", "2 (Karoo)", "Amazon Linux 2"),
        ("CentOS Linux", "7.9.2009 (Core)", "CentOS 7"),
        ("CentOS Linux", "8", "CentOS 8"),
        ("Debian GNU/Linux", "12", None),
    ],
)
def test_tells_the_system_by_what_agents_say(
    name: str, version: str, title: str | None
) -> None:
    """Agents report the name and version that the system calls itself by."""
    system = system_on(name, version)

    assert title == (system.title if system else None)
