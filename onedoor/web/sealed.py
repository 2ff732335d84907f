"""A sealed file: AES-256-GCM in pieces of one mebibyte, the key made from a passphrase by scrypt.

Each piece is bound to its place and the last one is marked, so nothing can be cut off, swapped or repeated unnoticed (the STREAM
construction). Layout: magic, 16 bytes salt, 7 bytes nonce, then pieces of up to 1 MiB + 16 bytes.
"""

import os
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from onedoor.kernel.terminal import Refused

MAGIC = b"ONEDOOR-SEALED-1\n"
PIECE, TAG = 1 << 20, 16


def passphrase(file: Path) -> bytes:
    """The passphrase in a file, without the line's end; short ones are refused."""
    try:
        words = file.read_bytes().rstrip(b"\r\n")
    except OSError as fault:
        raise Refused(f"The passphrase file {file} cannot be read: {fault.strerror}.") from None
    if len(words) < 12:
        raise Refused(f"The passphrase in {file} is shorter than 12 bytes: choose a longer one.")
    return words


def _cipher(words: bytes, salt: bytes) -> AESGCM:
    return AESGCM(Scrypt(salt=salt, length=32, n=2**15, r=8, p=1).derive(words))


def _nonce(prefix: bytes, number: int, last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + bytes([last])


class Sealing:
    """A file to write into; `close()` seals the last piece."""

    def __init__(self, out: BinaryIO, words: bytes) -> None:
        salt, self.prefix = os.urandom(16), os.urandom(7)
        self.out, self.cipher, self.number, self.rest = out, _cipher(words, salt), 0, bytearray()
        out.write(MAGIC + salt + self.prefix)

    def write(self, data: bytes) -> int:
        self.rest += data
        while len(self.rest) > PIECE:
            self._piece(bytes(self.rest[:PIECE]), last=False)
            del self.rest[:PIECE]
        return len(data)

    def close(self) -> None:
        self._piece(bytes(self.rest), last=True)

    def _piece(self, data: bytes, *, last: bool) -> None:
        self.out.write(self.cipher.encrypt(_nonce(self.prefix, self.number, last), data, MAGIC))
        self.number += 1


class Unsealing:
    """A file to read from; every piece is verified before a byte of it is given out."""

    def __init__(self, source: BinaryIO, words: bytes) -> None:
        head = source.read(len(MAGIC) + 23)
        if not head.startswith(MAGIC) or len(head) < len(MAGIC) + 23:
            raise Refused("This file is not a sealed backup of Onedoor.")
        salt, self.prefix = head[len(MAGIC):-7], head[-7:]
        self.source, self.cipher, self.number, self.clear, self.done = source, _cipher(words, salt), 0, b"", False
        self.ahead = source.read(PIECE + TAG)

    def read(self, size: int = -1) -> bytes:
        while not self.done and (size < 0 or len(self.clear) < size):
            following = self.source.read(PIECE + TAG)
            self.done = not following
            try:
                self.clear += self.cipher.decrypt(_nonce(self.prefix, self.number, self.done), self.ahead, MAGIC)
            except InvalidTag:
                raise Refused("The backup does not open: the passphrase is another one, or the file is damaged or cut short.") from None
            self.ahead, self.number = following, self.number + 1
        given = self.clear if size < 0 else self.clear[:size]
        self.clear = self.clear[len(given):]
        return given


def is_sealed(file: Path) -> bool:
    with open(file, "rb") as source:
        return source.read(len(MAGIC)) == MAGIC
