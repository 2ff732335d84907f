"""One file per operation: its requests, and what must be true afterwards."""
