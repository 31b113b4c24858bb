"""TLS-009: certificates without alternative names."""

from ringfence.inventory.handshakes import Fault
from tests.build import a_handshake

FIRES = [a_handshake(names=(), is_trusted=False, faults=(Fault.NAMELESS,))]
QUIET = [
    a_handshake(),
    a_handshake(names=(), is_trusted=False, faults=(Fault.SELF_SIGNED, Fault.NAMELESS)),
    a_handshake(
        names=(),
        is_trusted=False,
        faults=(Fault.UNKNOWN_AUTHORITY, Fault.NAMELESS),
    ),
]
