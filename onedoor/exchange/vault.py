"""What registers said, sealed: AES-256-GCM under a key of each person's own, made of this house's secret. A stolen database is mute."""

import functools
import secrets
from pathlib import Path
from typing import Any

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from onedoor.kernel import crypto
from onedoor.kernel.ids import Id, to_json


class Vault:
    """Opened once in each process."""

    def __init__(self, home: Path) -> None:
        self._secret = crypto.secret(home, "exchange-answers")
        self._cipher = functools.lru_cache(maxsize=64)(self._made)
        """A form of several registers opens as many answers of one person."""

    def seal(self, values: dict[str, Any], citizen: Id, ask: Id) -> bytes:
        """Bound to its person and its question: moved to another row it does not open."""
        nonce = secrets.token_bytes(12)
        return nonce + self._cipher(citizen).encrypt(nonce, to_json(values), ask.uuid.bytes)

    def unseal(self, sealed: bytes, citizen: Id, ask: Id) -> dict[str, Any]:
        """The values; none when it does not open, as after the secret was lost."""
        try:
            return msgspec.json.decode(self._cipher(citizen).decrypt(sealed[:12], sealed[12:], ask.uuid.bytes))
        except InvalidTag:
            return {}

    def hashed(self, resource: str, keys: dict[str, str]) -> bytes:
        """By what a row of a copy is found: no key stands in the table."""
        return crypto.keyed(self._secret, "copy", resource, *(part for pair in sorted(keys.items()) for part in pair))

    def seal_copy(self, hashed: bytes, tree: dict[str, Any]) -> bytes:
        """A row of a copy, under a key of its own: read only by whoever has the key it is found by."""
        nonce = secrets.token_bytes(12)
        return nonce + self._row(hashed).encrypt(nonce, to_json(tree), hashed)

    def unseal_copy(self, hashed: bytes, sealed: bytes) -> dict[str, Any]:
        """The row; none when it does not open."""
        try:
            return msgspec.json.decode(self._row(hashed).decrypt(sealed[:12], sealed[12:], hashed))
        except InvalidTag:
            return {}

    def _row(self, hashed: bytes) -> AESGCM:
        return AESGCM(crypto.keyed(self._secret, "row", hashed.hex()))

    def _made(self, citizen: Id) -> AESGCM:
        return AESGCM(crypto.keyed(self._secret, "citizen", citizen.hex))


_open: dict[str, Vault] = {}


def open_vault(home: Path) -> None:
    """The vault of this process from now on."""
    _open[""] = Vault(home)


def vault() -> Vault:
    return _open[""]
