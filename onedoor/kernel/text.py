"""Typed text made safe: width folded, controls refused, and the check characters of Chinese standard numbers.

Not NFKC: it rewrites compatibility ideographs, and a legal name would no longer match its register.
"""

import re
import unicodedata
from datetime import date
from urllib.parse import SplitResult, urlsplit

_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_A36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_A31 = "0123456789ABCDEFGHJKLMNPQRTUWXY"
USCC_LETTERS = frozenset(_A31)
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")


class Unclean(ValueError):
    """Text that cannot be stored: a NUL or control character, a direction override, half a surrogate pair."""


def fold(value: str) -> str:
    """Full-width ASCII and blanks become ASCII; outer blanks go."""
    return value.translate(_WIDTH).strip()


def fault(value: str, *, lines: bool = False) -> str | None:
    """`control` or `surrogate` when the text holds what must not be stored, else None."""
    for char in value:
        if (char < " " and not (lines and char in "\n\r\t")) or char == "\x7f" or char in _BIDI:
            return "control"
        if "\ud800" <= char <= "\udfff":
            return "surrogate"
    return None


def clean(value: str, limit: int, *, lines: bool = False) -> str:
    """Folded text of at most `limit` characters; Unclean when it cannot be stored."""
    folded = fold(value)
    if bad := fault(folded, lines=lines):
        raise Unclean(bad)
    if len(folded) > limit:
        raise Unclean("long")
    return folded


def printable(value: str) -> str:
    """The text without what must not be stored, for showing it back to whoever typed it."""
    return "".join(c for c in value if unicodedata.category(c) not in ("Cc", "Cs") or c in "\n\t")


def address(given: str) -> SplitResult | None:
    """The parts of an address that somebody sent; None when it is none: a bracket that nothing closes, a host that cannot be."""
    try:
        return urlsplit(given)
    except ValueError:
        return None


def cell(value: str) -> str:
    """A cell of a sheet that no spreadsheet takes for a formula."""
    return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t", "\r", "\n") else value


def check37_36(body: str) -> str:
    """ISO 7064 MOD 37,36 check character over capitals and digits (GB/T 36904, case numbers)."""
    p = 36
    for char in body:
        p = (p + _A36.index(char)) % 36 or 36
        p = p * 2 % 37
    return _A36[(37 - p) % 36]


def uscc_check(first17: str) -> str:
    """GB 32100 check character of a unified social credit code."""
    return _A31[(31 - sum(_A31.index(c) * w for c, w in zip(first17, _USCC_WEIGHTS, strict=True)) % 31) % 31]


def is_uscc(value: str) -> bool:
    return len(value) == 18 and all(c in _A31 for c in value) and uscc_check(value[:17]) == value[17]


def organisation_check(first8: str) -> str:
    """GB 11714 check character of the organisation code that a unified social credit code holds."""
    n = 11 - sum(_A36.index(c) * w for c, w in zip(first8, (3, 7, 9, 10, 5, 8, 4, 2), strict=True)) % 11
    return {10: "X", 11: "0"}.get(n, str(n))


def uscc_fault(code: str) -> str | None:
    """Which part of a unified social credit code is wrong: `length`, `letter` (one that is never used), `shape`, `organisation` (places 9
    to 17), `check` (the last); None when well."""
    if len(code) != 18:
        return "length"
    if any(c not in _A31 for c in code):
        return "letter"
    if not code[2:8].isdigit():
        return "shape"
    if organisation_check(code[8:16]) != code[16]:
        return "organisation"
    return None if uscc_check(code[:17]) == code[17] else "check"


def citizen_check(first17: str) -> str:
    """GB 11643 check character of an identity number."""
    return "10X98765432"[sum(int(c) * w for c, w in zip(first17, _ID_WEIGHTS, strict=True)) % 11]


def birth_of(id_number: str) -> date | None:
    """The date of birth an 18-character identity number carries, or None when it is not a date."""
    try:
        return date(int(id_number[6:10]), int(id_number[10:12]), int(id_number[12:14]))
    except ValueError:
        return None


def citizen_id_fault(value: str, today: date) -> str | None:
    """What is wrong with an identity number: `length`, `old` (15 digits), `shape`, `date`, `future`, `check`; None when well."""
    number = fold(value).replace(" ", "").upper()
    if re.fullmatch(r"[0-9]{15}", number):
        return "old"
    if len(number) != 18:
        return "length"
    if not re.fullmatch(r"[1-9][0-9]{16}[0-9X]", number):
        return "shape"
    born = birth_of(number)
    if born is None or born.year < 1850:
        return "date"
    if born > today:
        return "future"
    return None if citizen_check(number[:17]) == number[17] else "check"


def phone(value: str) -> str | None:
    """A mainland mobile number without blanks, dashes and +86; None when it is not one."""
    digits = re.sub(r"[\s\-]", "", fold(value)).removeprefix("+86").removeprefix("0086")
    return digits if re.fullmatch(r"1[3-9][0-9]{9}", digits) else None


def mask_name(name: str) -> str:
    """林晓 → 林*, 林小晓 → 林*晓; other scripts keep their first letter."""
    if len(name) < 2:
        return "*"
    return name[0] + "*" if len(name) == 2 else name[0] + "*" * min(len(name) - 2, 3) + name[-1]


def mask_number(number: str, head: int = 3, tail: int = 2) -> str:
    """First and last characters only."""
    return number if len(number) <= head + tail else number[:head] + "*" * (len(number) - head - tail) + number[-tail:]
