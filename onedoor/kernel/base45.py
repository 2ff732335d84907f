"""base45 (RFC 9285): two bytes as three of the 45 characters that a QR code packs tightly (alphanumeric mode).

One spelling only: a group above its range, a single left-over character and small letters are refused.
"""

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_NONE = 0xFF
_VALUES = bytes(ALPHABET.index(chr(char)) if chr(char) in ALPHABET else _NONE for char in range(256))


def encode(raw: bytes) -> str:
    """`raw` as text."""
    out: list[str] = []
    for at in range(0, len(raw) - 1, 2):
        high, low = divmod(raw[at] * 256 + raw[at + 1], 45)
        high, mid = high // 45, high % 45
        out.append(ALPHABET[low] + ALPHABET[mid] + ALPHABET[high])
    if len(raw) % 2:
        mid, low = divmod(raw[-1], 45)
        out.append(ALPHABET[low] + ALPHABET[mid])
    return "".join(out)


def decode(text: str) -> bytes:
    """The inverse of encode; ValueError for anything that encode would not have written.

    All groups at once: the values stand in one large number, three bytes a group, whose bytes are weighed and added without carrying into
    each other (44 + 44 * 45 + 44 * 2025 is less than 2^17).
    """
    groups, left = divmod(len(text), 3)
    if left == 1:
        raise ValueError("a character too few or too many")
    try:
        values = text.encode("ascii").translate(_VALUES)
    except UnicodeEncodeError as bad:
        raise ValueError("not base45") from bad
    if _NONE in values:
        raise ValueError("not base45")
    end = groups * 3
    lanes, lowest = int.from_bytes(values[:end], "little"), int.from_bytes(b"\xff\0\0" * groups, "little")
    sums = (lanes & lowest) + (lanes >> 8 & lowest) * 45 + (lanes >> 16 & lowest) * 2025
    last = values[end] + 45 * values[end + 1] if left else 0
    if sums >> 16 & lowest or last > 0xFF:
        raise ValueError("out of range")
    weighed = sums.to_bytes(end, "little")
    out = bytearray(2 * groups + bool(left))
    out[: 2 * groups : 2], out[1 : 2 * groups : 2] = weighed[1::3], weighed[::3]
    if left:
        out[-1] = last
    return bytes(out)
