"""Sweeps, changes and probes: re-read, judge, and keep what came of it."""
