"""This house as one city among others: its name, the keys with which it signs, and the one to which is sealed what only it may read."""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from onedoor.kernel import crypto, trust
from onedoor.kernel.keys import Keys, Ring


class Node:
    """Opened once in each process."""

    def __init__(self, home: Path, name: str) -> None:
        self.name = name.rstrip("/")
        self._keys = Keys(home, self.name, trust.RING)
        self.opener = X25519PrivateKey.from_private_bytes(crypto.secret(home, trust.ENC))

    @property
    def ring(self) -> Ring:
        return self._keys.ring()

    @property
    def fingerprint(self) -> str:
        """As it is read out over the telephone."""
        return trust.fingerprint(self.ring.active.entry.jwk)


_open: dict[str, Node] = {}


def open_node(home: Path, name: str) -> None:
    """The node of this process from now on."""
    _open[""] = Node(home, name)


def node() -> Node:
    return _open[""]
