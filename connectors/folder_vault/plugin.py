"""Files below `<home>/uploads`; nothing outside of this machine is asked."""

from pathlib import Path

from onedoor.cases.vault import FolderVault


def connect(home: Path) -> FolderVault:
    """The vault of this home."""
    return FolderVault(home)
