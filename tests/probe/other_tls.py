"""tlslite-ng, another implementation of TLS, which still speaks the old versions."""

import warnings

with warnings.catch_warnings():  # it imports a module that Python has given up
    warnings.simplefilter("ignore", DeprecationWarning)
    from tlslite import api
    from tlslite.messages import ClientHello
    from tlslite.utils.codec import Parser

__all__ = ["ClientHello", "Parser", "api"]
