"""Typed identifiers: a UUIDv7 that knows what it names, so that one kind can never be passed for another.

Not a subclass of `UUID`: msgspec would write it bare and lose the prefix. `enc_hook` and `dec_hook` carry it through JSON.
"""

import os
import time
from typing import Any, ClassVar, Self, TypeVar
from uuid import UUID

import msgspec
from asyncpg.pgproto.pgproto import UUID as Fast


class Id:
    """`prefix_<32 hex>` outside, `uuid` in SQL. Time-ordered, unguessable in its last 62 bits."""

    __slots__ = ("uuid",)
    prefix: ClassVar[str] = "id"

    def __init__(self, value: UUID) -> None:
        self.uuid = value

    @classmethod
    def new(cls) -> Self:
        """A fresh UUIDv7 (RFC 9562, method 3, as PostgreSQL makes them): 48 bits of milliseconds, 12 bits below them, 62 random bits."""
        millis, rest = divmod(time.time_ns(), 1_000_000)
        raw = bytearray(millis.to_bytes(6, "big") + (rest * 4096 // 1_000_000 | 0x7000).to_bytes(2, "big") + os.urandom(8))
        raw[8] = raw[8] & 0x3F | 0x80
        return cls(Fast(bytes(raw)))

    @classmethod
    def parse(cls, text: str) -> Self:
        """The inverse of `str()`; ValueError for another kind's id or anything malformed."""
        prefix, _, digits = text.rpartition("_")
        if prefix != cls.prefix or len(digits) != 32 or not digits.isalnum() or digits.lower() != digits:
            raise ValueError(f"not a {cls.prefix} id")
        return cls(Fast(digits))

    @property
    def hex(self) -> str:
        return self.uuid.hex

    def __str__(self) -> str:
        return f"{self.prefix}_{self.uuid.hex}"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.uuid})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Id) and type(self) is type(other) and self.uuid == other.uuid

    def __hash__(self) -> int:
        return hash(self.uuid)

    def __lt__(self, other: "Id") -> bool:
        return self.uuid < other.uuid


def enc_hook(value: Any) -> Any:
    """For msgspec encoders: what it does not know by itself."""
    if isinstance(value, Id):
        return str(value)
    raise NotImplementedError(f"cannot write {type(value).__name__}")


def dec_hook(kind: type, value: Any) -> Any:
    """For msgspec decoders: text back into its typed Id."""
    if isinstance(kind, type) and issubclass(kind, Id):
        if isinstance(value, kind):
            return value
        if isinstance(value, UUID):
            return kind(value)
        return kind.parse(value)
    raise NotImplementedError(f"cannot read {kind}")


T = TypeVar("T")
_encoder = msgspec.json.Encoder(enc_hook=enc_hook)


def to_json(value: Any) -> bytes:
    """JSON bytes of Structs, Ids, dates and plain values."""
    return _encoder.encode(value)


def to_builtins(value: Any) -> Any:
    """Structs and Ids as plain dicts, lists and text."""
    return msgspec.to_builtins(value, enc_hook=enc_hook)


def convert(value: Any, kind: type[T], *, strict: bool = True) -> T:
    """Plain values as `kind`; msgspec.ValidationError tells what does not fit."""
    return msgspec.convert(value, kind, strict=strict, dec_hook=dec_hook)
