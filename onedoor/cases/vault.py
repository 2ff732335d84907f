"""Files on disk, encrypted, below `<home>/uploads`; the key lies in `<home>/keys`, so a stolen folder of uploads tells nothing."""
import hashlib
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from onedoor.kernel import crypto


class FolderVault:
    """AES-256-GCM, a fresh nonce per file, the content's hash as its name and as associated data."""

    def __init__(self, home: Path) -> None:
        self.folder, self.home = home / "uploads", home

    def put(self, content: bytes) -> str:
        sha256 = hashlib.sha256(content).hexdigest()
        path = self._path(sha256)
        if path.exists():
            return sha256
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        nonce = secrets.token_bytes(12)
        fresh = path.with_name(f".{sha256}.{secrets.token_hex(4)}")
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(nonce + self._cipher().encrypt(nonce, content, sha256.encode()))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        return sha256

    def get(self, sha256: str) -> bytes:
        try:
            sealed = self._path(sha256).read_bytes()
            return self._cipher().decrypt(sealed[:12], sealed[12:], sha256.encode())
        except (OSError, InvalidTag) as gone:
            raise LookupError(sha256) from gone

    def drop(self, sha256: str) -> None:
        self._path(sha256).unlink(missing_ok=True)

    def _path(self, sha256: str) -> Path:
        if len(sha256) != 64 or not sha256.isalnum():
            raise LookupError(sha256)
        return self.folder / sha256[:2] / sha256

    def _cipher(self) -> AESGCM:
        return AESGCM(crypto.secret(self.home, "uploads"))
