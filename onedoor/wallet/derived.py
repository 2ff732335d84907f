"""推导项: what a certificate implies, so that nobody shows more than is asked: "over 18", never the day of birth.

Pure: the fields of one certificate and a day come in. A fact that the fields do not decide is absent, never false.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from onedoor.kernel.i18n import Text, text

AGES = (14, 16, 18, 60, 65)
Facts = Mapping[str, Any]


def age(born: dt.date, today: dt.date) -> int:
    """Full years. Whoever was born on 29 February grows older on 1 March of a common year."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _over(years: int) -> Callable[[Facts, dt.date, str], Any]:
    def rule(facts: Facts, today: dt.date, city: str) -> bool | None:
        try:
            return age(dt.date.fromisoformat(facts["birth_on"]), today) >= years
        except (KeyError, TypeError, ValueError):
            return None

    return rule


def _married(facts: Facts, today: dt.date, city: str) -> bool | None:
    """An effective marriage certificate says so by being there; nothing says that somebody is not."""
    return True if facts.get("spouse") else None


def _local(facts: Facts, today: dt.date, city: str) -> bool | None:
    where = facts.get("household_address") or facts.get("address")
    return where.startswith(city) if isinstance(where, str) and where and city else None


def _level(facts: Facts, today: dt.date, city: str) -> str | None:
    return facts.get("level") or None


RULES: dict[str, Callable[[Facts, dt.date, str], Any]] = {
    **{f"age_over_{years}": _over(years) for years in AGES},
    "is_married": _married, "is_local_resident": _local, "disability_level": _level,
}  # fmt: skip


def label(name: str) -> Text:
    """What a derived fact is called."""
    if name.startswith("age_over_"):
        return text("已满 {n} 周岁", n=name.removeprefix("age_over_"))
    return {
        "is_married": lambda: text("已婚"),
        "is_local_resident": lambda: text("本市户籍"),
        "disability_level": lambda: text("残疾等级"),
    }[name]()


def facts_of(names: Iterable[str], facts: Facts, today: dt.date, city: str) -> dict[str, Any]:
    """The derived facts of `names` that the fields decide. `city` is what a local address begins with."""
    found = {name: RULES[name](facts, today, city) for name in names}
    return {name: value for name, value in found.items() if value is not None}
