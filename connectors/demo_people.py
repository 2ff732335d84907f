"""The people of a demo city as its departments know them: those of the population register, and as many invented ones as fill the rows.

Everything follows from the identity number, so that each simulator, in its own process and with its own storage, knows the same people.
About one in a hundred is known differently somewhere: moved house, an old name.
"""

import datetime as dt
import json
import os
import random
import zlib
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from onedoor.kernel.config import cities_folder

MANY = 2000
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = (*"伟芳娜敏静强磊洋勇艳杰娟涛明超喆𬱖䶮龴㼆", "秀英", "桂兰", "建华", "志强", "小平")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


class Person(NamedTuple):
    """One resident; `household` is shared by those who live together."""

    id_number: str
    name: str
    sex: str
    birth_on: dt.date
    nation: str
    household_address: str
    address: str
    phone: str
    living: bool

    @property
    def household(self) -> str:
        return f"{zlib.crc32(self.household_address.encode()):010d}"

    def age(self, on: dt.date) -> int:
        return on.year - self.birth_on.year - ((on.month, on.day) < (self.birth_on.month, self.birth_on.day))


def chance(system: str, person: Person, of: int) -> int:
    """A number below `of` that a system always draws alike for a person."""
    return zlib.crc32(f"{system}\n{person.id_number}".encode()) % of


def differs(system: str, person: Person) -> bool:
    """Whether this system has not heard of a move or a new name: one person in a hundred."""
    return chance(f"differs {system}", person, 100) == 0


@cache
def people() -> tuple[Person, ...]:
    """The demo city's people, then the invented ones; $ONEDOOR_CITY says which city."""
    folder = cities_folder() / os.environ.get("ONEDOOR_CITY", "qinghe")
    known = [_known(row) for row in _rows(folder / "demo" / "register.jsonl")]
    return (*known, *_invented(MANY - len(known), {person.id_number for person in known}, _rows(folder / "districts.jsonl")))


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()] if path.exists() else []


def _known(row: dict[str, Any]) -> Person:
    return Person(
        row["id_number"], row["name"], row["sex"], dt.date.fromisoformat(row["birth_on"]), row["nation"]["zh"],
        row["household_address"], row["address"], row.get("phone", ""), row["status"] == "normal",
    )  # fmt: skip


def _invented(many: int, taken: set[str], places: list[dict[str, Any]]) -> list[Person]:
    """Households of one to seven in the city's own streets."""
    drawn, found = random.Random(9901), list[Person]()
    names = {place["code"]: place["name"]["zh"] for place in places}
    streets = [place for place in places if place["level"] == "street"]
    while len(found) < many:
        street = drawn.choice(streets)
        district, road = street["parent"], f"{street['name']['zh'][:2]}路 {drawn.randint(1, 200)} 号"
        home = f"{names[district[:4]]}{names[district]}{street['name']['zh']}{road} {drawn.randint(1, 12)} 栋 {drawn.randint(1, 18)}01 室"
        for _ in range(min(drawn.choice((1, 1, 2, 3, 3, 4, 7)), many - len(found))):
            born = dt.date(1930 + drawn.randint(0, 94), 1, 1) + dt.timedelta(days=drawn.randint(0, 364))
            order = drawn.randint(1, 999)
            if (number := _number(district, born, order)) not in taken:
                taken.add(number)
                found.append(Person(
                    number, drawn.choice(SURNAMES) + drawn.choice(GIVEN), "male" if order % 2 else "female", born,
                    "汉族" if drawn.random() < 0.9 else "回族", home, home, f"1380099{len(found):04d}" if born.year < 2010 else "",
                    drawn.random() > 0.01,
                ))  # fmt: skip
    return found


@cache
def _streets() -> dict[str, str]:
    places = {row["code"]: row for row in _rows(cities_folder() / os.environ.get("ONEDOOR_CITY", "qinghe") / "districts.jsonl")}
    return {
        places[place["parent"]]["name"]["zh"] + place["name"]["zh"]: code for code, place in places.items() if place["level"] == "street"
    }  # fmt: skip


def street_of(person: Person) -> str:
    """The code of the street somebody lives in, as the address tells it; empty when it does not."""
    return next((code for name, code in _streets().items() if name in person.address), "")


def _number(district: str, born: dt.date, order: int) -> str:
    body = f"{district}{born:%Y%m%d}{order:03d}"
    return body + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True)) % 11]


@cache
def households() -> dict[str, list[Person]]:
    """The living, by the household they belong to."""
    found: dict[str, list[Person]] = {}
    for person in people():
        if person.living:
            found.setdefault(person.household, []).append(person)
    return found


@cache
def by_number() -> dict[str, Person]:
    return {person.id_number: person for person in people()}


@cache
def facts() -> dict[str, dict[str, Any]]:
    """What the demo tells of its own people, by identity number; what is not told there is drawn."""
    rows = _rows(cities_folder() / os.environ.get("ONEDOOR_CITY", "qinghe") / "demo" / "registers.jsonl")
    return {row["id_number"]: row for row in rows}


def told(person: Person, what: str, drawn: Any) -> Any:
    """What the demo tells of somebody, else what was drawn."""
    return facts().get(person.id_number, {}).get(what, drawn)


class Kept:
    """What a simulator has been given, under the giver's name for it: the same name again is the same thing, over restarts too."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._file, self.rows = file, dict[str, dict[str, Any]]()
        for line in file.read_text("utf-8").splitlines() if file.exists() else []:
            try:
                row = json.loads(line)
            except ValueError:
                continue  # a line cut short when the machine went down
            self.rows[row["request_id"]] = row

    def put(self, request_id: str, row: dict[str, Any]) -> dict[str, Any]:
        """The row as it was first given."""
        if request_id not in self.rows:
            self.rows[request_id] = {"request_id": request_id, **row}
            with self._file.open("a", encoding="utf-8") as file:
                file.write(json.dumps(self.rows[request_id], ensure_ascii=False) + "\n")
        return self.rows[request_id]
