"""Ringfence: continuous checks of Atlassian products on AWS."""

__version__ = "0.1.0"
