"""Secrets of one installation: files below `<home>/keys`, made once, readable by the owner alone."""

import contextlib
import functools
import hashlib
import hmac
import os
import secrets
from pathlib import Path


def secret(home: Path, name: str) -> bytes:
    """32 random bytes kept in `<home>/keys/<name>`, made at first use; two processes that make it at once agree on one."""
    return _secret(str(home), name)


@functools.cache
def _secret(home: str, name: str) -> bytes:
    folder = Path(home) / "keys"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / name
    if not path.exists():
        fresh = folder / f".{name}.{os.getpid()}.{secrets.token_hex(4)}"
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(32))
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):  # another process was first: then theirs counts
            os.link(fresh, path)
        fresh.unlink()
    return path.read_bytes()


def keyed(key: bytes, *parts: str) -> bytes:
    """HMAC-SHA256 of the parts, unambiguous in their lengths."""
    mac = hmac.new(key, digestmod=hashlib.sha256)
    for part in parts:
        raw = part.encode()
        mac.update(len(raw).to_bytes(4, "big") + raw)
    return mac.digest()


def token() -> str:
    """256 random bits, safe in addresses and headers."""
    return secrets.token_urlsafe(32)


def digest(text: str) -> bytes:
    """SHA-256; what is stored in place of a token."""
    return hashlib.sha256(text.encode()).digest()
