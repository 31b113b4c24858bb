"""What stands in the demo estate, and what Ringfence must make of it."""

from dataclasses import dataclass, field


@dataclass
class Estate:
    """
    What stands there, by name.

    *expected* holds (check, name) of the findings that must be; the resources in
    *quiet* must have none at all.
    """

    ids: dict[str, str] = field(default_factory=dict)
    expected: set[tuple[str, str]] = field(default_factory=set)
    quiet: set[str] = field(default_factory=set)

    def add(self, name: str, resource: str, *checks: str) -> str:
        """Note *resource* under *name*, with the *checks* that it must fail."""
        self.ids[name] = resource
        self.expected |= {(check, name) for check in checks}
        if not checks:
            self.quiet.add(name)
        return resource
