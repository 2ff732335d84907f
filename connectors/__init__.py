"""Connectors: one folder for each system outside, found by its manifest. Each stands behind ports that rooms declare."""
