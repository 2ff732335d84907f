"""The steps a value may go through. Each takes one plain value and gives another, or says that it does not fit."""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

Tables = dict[str, dict[str, Any]]
Step = Callable[[Any], Any]
LONGEST = 2000
_TOKENS = {"YYYY": r"(?P<y>\d{4})", "MM": r"(?P<m>\d{2})", "DD": r"(?P<d>\d{2})", "M": r"(?P<m>\d{1,2})", "D": r"(?P<d>\d{1,2})"}
_FORMAT = "|".join([*_TOKENS, "."])
_TIME = re.compile(
    r"(\d{4})(?:[-/.]?|年)(\d{1,2})(?:[-/.]?|月)(\d{1,2})日?[T ]?(\d{1,2})(?:[:：]?|[时点])(\d{2})(?:[:：]?|分)(?:(\d{2})秒?)?", re.ASCII
)
CHINA = dt.timezone(dt.timedelta(hours=8))


class Unfit(Exception):
    """The value is not what this step reads."""


class Nothing(Exception):
    """The register says that it holds nothing here."""


def text(value: Any) -> str:
    """Text, or a whole number as text; a fraction has no one way to be written."""
    if isinstance(value, str):
        if len(value) > LONGEST:
            raise Unfit("long")
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if abs(value) < 10**30 else _unfit()
    raise Unfit


def _unfit() -> str:
    raise Unfit


def _int(value: Any) -> int:
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    said = text(value).strip()
    if not re.fullmatch(r"[+-]?[0-9]{1,18}", said):
        raise Unfit
    return int(said)


def _fen(value: Any) -> int:
    """Yuan as money is written, in fen; a third decimal is refused."""
    said = repr(value) if isinstance(value, float) else text(value).strip().replace(",", "")
    try:
        if not re.fullmatch(r"[+-]?[0-9]{1,13}(\.[0-9]+)?", said):
            raise Unfit
        fen = Decimal(said) * 100
    except InvalidOperation as bad:
        raise Unfit from bad
    if fen != fen.to_integral_value():
        raise Unfit
    return int(fen)


def _sex(value: Any) -> str:
    """GB/T 2261.1: 0 unknown and 9 not said are nothing held."""
    match text(value).strip():
        case "1":
            return "male"
        case "2":
            return "female"
        case "0" | "9":
            raise Nothing
        case _:
            raise Unfit


def _division(value: Any) -> str:
    """A division's code without the zeros that stand for its lower levels."""
    code = text(value).strip()
    if not re.fullmatch(r"[0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12}", code) or code.startswith("00"):
        raise Unfit
    for upper, lower in ((9, 12), (6, 9), (4, 6), (2, 4)):
        if len(code) == lower and not code[upper:].strip("0"):
            code = code[:upper]
    return code


def _time(value: Any) -> str:
    """A Chinese local time as an instant of +08:00."""
    if not (at := _TIME.fullmatch(text(value).strip())):
        raise Unfit
    try:
        return dt.datetime(*(int(part or 0) for part in at.groups()), tzinfo=CHINA).isoformat()
    except ValueError as bad:
        raise Unfit from bad


def _first(value: Any) -> Any:
    if not isinstance(value, list):
        raise Unfit
    if not value:
        raise Nothing
    return value[0]


def _date(form: str) -> Step:
    try:
        pattern = re.compile("".join(_TOKENS.get(part) or re.escape(part) for part in re.findall(_FORMAT, form)), re.ASCII)
    except re.error as bad:
        raise ValueError(f"date:{form} names a part twice") from bad
    if not {"y", "m"} <= pattern.groupindex.keys():
        raise ValueError(f"date:{form} lacks YYYY or MM")

    def read(value: Any) -> str:
        if not (at := pattern.fullmatch(text(value).strip())):
            raise Unfit
        parts = at.groupdict()
        try:
            day = dt.date(int(parts["y"]), int(parts["m"]), int(parts.get("d", "1")))
        except ValueError as bad:
            raise Unfit from bad
        return day.isoformat() if "d" in parts else day.isoformat()[:7]

    return read


def _bool(pair: str) -> Step:
    yes, slash, no = pair.partition("/")
    if not (yes and slash and no) or yes == no:
        raise ValueError(f"bool:{pair} must be two words with / between them")
    known = {yes: True, no: False}

    def read(value: Any) -> bool:
        said = text(value).strip()
        if said not in known:
            raise Unfit
        return known[said]

    return read


def _code(name: str, tables: Tables) -> Step:
    if name not in tables:
        raise ValueError(f"there is no code table {name}")
    table = tables[name]

    def read(value: Any) -> Any:
        said = text(value).strip()
        if said not in table:
            raise Unfit(said[:40])
        return table[said]

    return read


def _join(separator: str) -> Step:
    def join(value: Any) -> str:
        if not isinstance(value, list):
            raise Unfit
        parts = [text(part) for part in value if part is not None]
        if not parts:
            raise Nothing
        if sum(map(len, parts)) + len(separator) * len(parts) > LONGEST:
            raise Unfit("long")
        return separator.join(parts)

    return join


def _split(separator: str) -> Step:
    if not separator:
        raise ValueError("split: needs what stands between the parts")
    return lambda value: [part.strip() for part in text(value).split(separator)]


def _null_if(marker: str) -> Step:
    def look(value: Any) -> Any:
        if isinstance(value, str | int) and not isinstance(value, bool) and text(value).strip() == marker:
            raise Nothing
        return value

    return look


PLAIN: dict[str, Step] = {
    "trim": lambda value: text(value).strip(),
    "nfkc": lambda value: unicodedata.normalize("NFKC", text(value)),
    "digits": lambda value: re.sub(r"[^0-9]", "", text(value)),
    "upper": lambda value: text(value).upper(),
    "int": _int,
    "fen": _fen,
    "sex_gb2261": _sex,
    "division": _division,
    "time_cn": _time,
}
OF_LISTS: dict[str, Step] = {"first": _first, "join": _join("")}
WITH_WORDS: dict[str, Callable[[str], Step]] = {"date": _date, "bool": _bool, "split": _split, "null_if": _null_if}


def made(said: str, tables: Tables) -> tuple[Step, bool]:
    """The step of this name, and whether it takes a list whole; ValueError when there is none."""
    name, colon, words = said.partition(":")
    if said in PLAIN:
        return PLAIN[said], False
    if said in OF_LISTS:
        return OF_LISTS[said], True
    if name == "join" and colon:
        return _join(words), True
    if name == "code" and colon:
        return _code(words, tables), False
    if name in WITH_WORDS and colon:
        return WITH_WORDS[name](words), False
    raise ValueError(f"there is no step {said}")
