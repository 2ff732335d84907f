"""base45 (RFC 9285): two bytes as three of the 45 characters that a QR code packs tightly (alphanumeric mode).

One spelling only: a group above its range, a single left-over character and small letters are refused.
"""

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUE = {char: value for value, char in enumerate(ALPHABET)}


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
    """The inverse of encode; ValueError for anything that encode would not have written."""
    left = len(text) % 3
    if left == 1:
        raise ValueError("a character too few or too many")
    try:
        values = [_VALUE[char] for char in text]
    except KeyError as bad:
        raise ValueError("not base45") from bad
    whole = len(text) - left
    groups = [low + 45 * mid + 2025 * high for low, mid, high in zip(values[0:whole:3], values[1:whole:3], values[2:whole:3], strict=True)]
    last = [values[whole] + 45 * values[whole + 1]] if left else []
    if any(group > 0xFFFF for group in groups) or any(group > 0xFF for group in last):
        raise ValueError("out of range")
    return b"".join([group.to_bytes(2, "big") for group in groups]) + bytes(last)
