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
    if len(text) % 3 == 1:
        raise ValueError("a character too few or too many")
    out = bytearray()
    for at in range(0, len(text), 3):
        group = text[at : at + 3]
        try:
            value = sum(_VALUE[char] * 45**place for place, char in enumerate(group))
        except KeyError as bad:
            raise ValueError("not base45") from bad
        size = len(group) - 1
        if value >= 256**size:
            raise ValueError("out of range")
        out += value.to_bytes(size, "big")
    return bytes(out)
