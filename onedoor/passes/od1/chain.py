"""The hash chain: whoever saw step i cannot make step i + 1."""

import hashlib

from .layout import STEPS

COUNTS = tuple(j.to_bytes(2, "big") for j in range(STEPS + 1))


def chain(seed: bytes, t0: bytes) -> list[bytes]:
    """out[0] is the anchor, out[i] the reveal of step i, out[240] the seed, which never leaves the phone."""
    prefix, sha, out = b"OD1c" + t0, hashlib.sha256, [b""] * STEPS + [seed]
    for j in range(STEPS, 0, -1):
        out[j - 1] = sha(prefix + COUNTS[j] + out[j]).digest()[:16]
    return out


def walked(reveal: bytes, t0: bytes, step: int, until: int = 0) -> bytes:
    """What hashing gives from `step` down to `until`; the anchor, from a true reveal."""
    prefix, sha, x = b"OD1c" + t0, hashlib.sha256, reveal
    for count in COUNTS[step:until:-1]:
        x = sha(prefix + count + x).digest()[:16]
    return x
