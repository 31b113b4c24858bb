"""TLS-007: no forward secrecy."""

from tests.build import a_handshake

FIRES = [
    a_handshake(protocol="TLSv1.2", cipher="AES256-GCM-SHA384"),
    a_handshake(protocol="TLSv1.2", cipher="TLS_RSA_WITH_RC4_128_SHA"),
]
QUIET = [
    a_handshake(),
    a_handshake(cipher="TLS_AES_256_GCM_SHA384"),
    a_handshake(protocol="TLSv1.2", cipher="ECDHE-RSA-AES128-GCM-SHA256"),
    a_handshake(protocol="TLSv1.2", cipher="DHE-RSA-AES256-SHA"),
    a_handshake(protocol="TLSv1", cipher="TLS_ECDHE_RSA_WITH_RC4_128_SHA"),
]
