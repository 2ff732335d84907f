"""Contracts between ports and their connectors."""
