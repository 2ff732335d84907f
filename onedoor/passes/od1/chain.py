"""The hash chain: whoever saw step i cannot make step i + 1."""

import functools
import hashlib
import importlib
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from .layout import STEPS


def _quickest() -> Callable[[bytes], Any]:
    """The interpreter's own SHA-256 (`_sha2`, before 3.12 `_sha256`): over 26 bytes OpenSSL's takes half as long again, nearly all of it
    for making the object, and a check hashes up to 240 times."""
    for name in ("_sha2", "_sha256"):
        with suppress(ImportError, AttributeError):
            return importlib.import_module(name).sha256
    return hashlib.sha256


sha256 = _quickest()
COUNTS = tuple(j.to_bytes(2, "big") for j in range(STEPS + 1))


@functools.lru_cache(256)
def heads(t0: bytes) -> tuple[bytes, ...]:
    """What is hashed before each link of a slot: the same for everybody in that hour."""
    return tuple(b"OD1c" + t0 + count for count in COUNTS)


def chain(seed: bytes, t0: bytes) -> list[bytes]:
    """out[0] is the anchor, out[i] the reveal of step i, out[240] the seed, which never leaves the phone."""
    before, sha, out = heads(t0), sha256, [b""] * STEPS + [seed]
    for j in range(STEPS, 0, -1):
        out[j - 1] = sha(before[j] + out[j]).digest()[:16]
    return out


def walked(reveal: bytes, t0: bytes, step: int, until: int = 0) -> bytes:
    """What hashing gives from `step` down to `until`; the anchor, from a true reveal."""
    sha, x = sha256, reveal
    for head in heads(t0)[step:until:-1]:
        x = sha(head + x).digest()[:16]
    return x
