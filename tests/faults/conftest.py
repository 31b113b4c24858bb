"""The functions' small AWS, for the tests of what goes wrong in it."""

from tests.functions.conftest import aws, context

__all__ = ["aws", "context"]
