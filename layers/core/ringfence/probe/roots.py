"""Whom clients trust: Mozilla's authorities, and the owner's own."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock

import certifi
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509 import Certificate, Name
from cryptography.x509.verification import Store

from ringfence.inventory import pem


@dataclass(frozen=True)
class Roots:
    """Trusted certificates, also by the subject that what they sign names."""

    store: Store
    named: Mapping[Name, tuple[Certificate, ...]]


def trusted(own: str = "") -> Roots:
    """Mozilla's roots and the certificates in *own*, which is PEM."""
    with _LOADING:
        return _trusted(own)


_LOADING = Lock()  # warnings are switched off for the whole process


@lru_cache(maxsize=4)
def _trusted(own: str) -> Roots:
    found = (*_mozillas(), *(pem.load_all(own) if own else ()))
    named: dict[Name, tuple[Certificate, ...]] = {}
    for root in found:
        named[root.subject] = (*named.get(root.subject, ()), root)
    return Roots(Store(list(found)), named)


@lru_cache(maxsize=1)
def _mozillas() -> tuple[Certificate, ...]:
    """
    The roots in `certifi`.

    One of them has a serial number of 0, which `cryptography` warns of.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CryptographyDeprecationWarning)
        return pem.load_all(certifi.contents())
