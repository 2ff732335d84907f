"""Who a code is about, closed under a key that only gates of the region hold, and only for a while: AES-128 over one block."""

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from msgspec import Struct

ROWS = 1 << 24


class Pid(Struct, frozen=True):
    """A person's place in a list, and the count of the slot. The row is drawn once for a person and a scheme, never for a ticket."""

    shard: int
    row: int
    seq: int


class PidKey:
    """One period's key. A block by itself needs no chaining; the cipher's object is kept, because making it costs more than a block."""

    def __init__(self, raw: bytes) -> None:
        cipher = Cipher(algorithms.AES(raw), modes.ECB())  # noqa: S305 - one block with eight random bytes in it, never two
        self.raw = raw
        self._close, self._open = cipher.encryptor(), cipher.decryptor()

    def close(self, pid: Pid, salt: bytes) -> bytes:
        return self._close.update(pid.shard.to_bytes(2, "big") + pid.row.to_bytes(3, "big") + pid.seq.to_bytes(3, "big") + salt)

    def open(self, block: bytes) -> Pid:
        """With a wrong key this is noise, not an error: a row beyond the list is the sign."""
        plain = self._open.update(block)
        return Pid(int.from_bytes(plain[:2], "big"), int.from_bytes(plain[2:5], "big"), int.from_bytes(plain[5:8], "big"))
