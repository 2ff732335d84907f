"""Faults on purpose: power cuts, a database that is away, and input that nobody would type."""
