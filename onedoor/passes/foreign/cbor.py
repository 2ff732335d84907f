"""CBOR of strangers: one item, nothing after it, and every fault of the decoder as one kind of refusal."""

import io
from typing import Any

import cbor2

from .models import damaged

FAULTS = (cbor2.CBORError, ValueError, TypeError, OverflowError, RecursionError, MemoryError, ArithmeticError, LookupError)


def item(raw: bytes) -> Any:
    """The one item in `raw`. It may be of any kind the decoder knows: whoever reads a part looks at its type first."""
    stream = io.BytesIO(raw)
    try:
        value = cbor2.CBORDecoder(stream).decode()
    except FAULTS as bad:
        raise damaged("cbor") from bad
    if stream.tell() != len(raw):
        raise damaged("bytes after the end")
    return value


def mapping(raw: bytes) -> dict[Any, Any]:
    """The map that a known signer has signed, or that its signature covers: what may stand after it is the signer's matter."""
    try:
        value = cbor2.loads(raw)
    except FAULTS as bad:
        raise damaged("cbor") from bad
    if type(value) is not dict:
        raise damaged("not a map")
    return value

