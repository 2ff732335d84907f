"""Use cases of the tracker: my records, questions about them, readers that stand out, seals, and working the chains out again."""

from onedoor.tracker import file
from onedoor.tracker.vault import open_vault, vault

from . import challenges, guarding, own, proving, sealing, verifying, watching

__all__ = ["challenges", "file", "guarding", "open_vault", "own", "proving", "sealing", "vault", "verifying", "watching"]
