"""办件编号: drawn at random, so that nothing counts; the last character tells a mistyped one."""
import re
import secrets
from datetime import date

from onedoor.kernel.text import check37_36, fold

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
NODE = "00"


def drawn(prefix: str, today: date) -> str:
    """A number of this day: prefix, date, node, six random characters, one check character."""
    body = f"{prefix}{today:%y%m%d}{NODE}" + "".join([CROCKFORD[byte & 31] for byte in secrets.token_bytes(6)])
    return body + check37_36(body)


def typed(value: str) -> str:
    """A number as somebody typed it, without blanks and dashes, in capitals."""
    return re.sub(r"[\s\-·.]", "", fold(value)).upper()


def is_right(number: str) -> bool:
    """Whether the check character fits."""
    return 12 <= len(number) <= 24 and bool(re.fullmatch("[0-9A-Z]+", number)) and check37_36(number[:-1]) == number[-1]
