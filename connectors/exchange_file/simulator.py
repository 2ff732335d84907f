"""残联 A federation's disability register: `python -m connectors.exchange_file.simulator --port N --home DIR`.

It works at night, and a night comes every $ONEDOOR_NIGHT_SECONDS (20), or with POST /_night. It takes what lies in `out/`, writes a card
for each, lays down RECEIPT_… with its number, and the whole register as CARD_YYYYMMDD_NNN when anything has changed: CSV in GB18030 and
.xlsx by turns, with a title above the header, and some people twice. Over HTTP besides: GET /_state, POST /_fault.
"""

import asyncio
import contextlib
import csv
import datetime as dt
import io
import itertools
import os
import zipfile
from pathlib import Path

from openpyxl import Workbook

from connectors.demo_people import Kept, Person, by_number, chance, people, street_of, told
from connectors.faults import Faults
from connectors.simulating import Asked, Told, run, started

CODE = "disabled"
KINDS, LEVELS = ("视力", "听力", "言语", "肢体", "智力", "精神", "多重"), ("一级", "二级", "三级", "四级")
COLUMNS = ("姓名", "身份证号", "街道代码", "类别", "等级", "证号", "发证日期")


class Federation:
    """The register, and the nights it works in."""

    def __init__(self, home: Path, folder: Path | None = None) -> None:
        self.folder, self.faults = folder or home / "registers" / CODE, Faults()
        for name in ("in", "out/taken"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        self.cards = Kept(self.folder / "cards.jsonl")
        self.serial = itertools.count(1 + len(list((self.folder / "in").glob("CARD_*.ok"))))
        self.written: list[dict[str, str]] = []
        self.last = ("", b"")

    async def handle(self, asked: Asked) -> Told:
        match asked.method, asked.path:
            case "GET", "/_state":
                rows = {"registers": {CODE: str(self.folder)}, "rows": len(self.rows()), "cards": list(self.cards.rows.values())}
                return Told(200, {**rows, "fault": self.faults.said()})
            case "POST", "/_fault":
                return self.faults.told(asked.json())
            case "POST", "/_night":
                await self.night()
                return Told(200, {"rows": len(self.rows())})
            case _:
                return Told(404, {"error": "this register lays down files"})

    async def nights(self, seconds: float) -> None:
        while True:
            with contextlib.suppress(OSError):  # a folder may be taken away for a while
                await self.night()
            await asyncio.sleep(seconds)

    async def night(self) -> None:
        """Take, answer, and lay down the register when it is another than last night."""
        mode = self.faults.drawn()
        if mode == "down":
            return
        for path in sorted((self.folder / "out").glob("REGISTER_*.csv.ok")):
            self._take(path.with_suffix(""))
        rows = self.rows()
        if rows != self.written or mode != "none":
            self.written = rows
            await self._lay(mode)

    def rows(self) -> list[dict[str, str]]:
        """Everybody with a card: those who always had one, then those registered since."""
        old = [row for person in people() if person.living and (row := _card(person))]
        new = [{name: str(card.get(name, "")) for name in COLUMNS} for card in self.cards.rows.values()]
        renewed = {row["身份证号"] for row in new}
        return [row for row in old if row["身份证号"] not in renewed] + new

    def _take(self, path: Path) -> None:
        for line in csv.DictReader(io.StringIO(path.read_bytes().decode("gb18030"), newline="")):
            number = line["身份证号"]
            known = number in by_number() and line["类别"] in KINDS and line["等级"] in LEVELS
            card = f"{number}{KINDS.index(line['类别']) + 1}{LEVELS.index(line['等级']) + 1}" if known else ""
            if known:
                row = {name: line.get(name, "") for name in COLUMNS} | {"街道代码": street_of(by_number()[number])}
                self.cards.put(line["request_id"], {**row, "证号": card, "发证日期": f"{dt.date.today():%Y-%m-%d}"})
            receipt = [{"request_id": line["request_id"], "number": card, "state": "已办结" if known else "查无此人"}]
            self._file(f"RECEIPT_{dt.date.today():%Y%m%d}_{line['request_id']}.csv", _csv(receipt))
        for done in (path, path.with_name(f"{path.name}.ok")):
            done.replace(path.parent / "taken" / done.name)

    async def _lay(self, mode: str) -> None:
        """Tonight's file, or what the fault makes of it."""
        if mode == "stale" and self.last[0]:
            return self._file(_numbered(next(self.serial), self.last[0].rpartition(".")[2]), self.last[1])
        number, rows = next(self.serial), self.rows()
        if mode == "half":
            rows = rows[: len(rows) // 2]
        if mode == "wrong_person":
            rows = [{**row, "身份证号": row["身份证号"][:-1] + "0"} for row in rows]
        content = (_csv if number % 2 else _xlsx)(rows, mode == "wrong_schema")
        match mode:
            case "500":
                content = "<html><body>服务器错误</body></html>".encode()
            case "bad_encoding":
                content = b"\xff\xff" + content.replace(b"PK", b"\xff\xff", 1)
            case "flood":
                content = _swollen(_xlsx(rows))
            case "slow":
                await asyncio.sleep(self.faults.ms / 1000)
            case _:
                pass
        name = _numbered(number, "csv" if number % 2 and mode != "flood" else "xlsx")
        self.last = name, content
        return self._file(name, content, done=mode != "hang")

    def _file(self, name: str, content: bytes, done: bool = True) -> None:
        path = self.folder / "in" / name
        path.write_bytes(content)
        if done:
            path.with_name(f"{name}.ok").touch()


def _numbered(number: int, ending: str) -> str:
    return f"CARD_{dt.date.today():%Y%m%d}_{number:03d}.{ending}"


def _card(person: Person) -> dict[str, str] | None:
    """One in twenty has a card, unless the demo tells of somebody that they have none."""
    drawn = [chance("kind", person, 7), chance("level", person, 4)] if chance("disabled", person, 20) == 0 else None
    has = told(person, "disabled", drawn)
    if has is None:
        return None
    since = max(2012, min(person.birth_on.year + 6, 2025))
    return {
        "姓名": person.name, "身份证号": person.id_number, "街道代码": street_of(person), "类别": KINDS[has[0]], "等级": LEVELS[has[1]],
        "证号": f"{person.id_number}{has[0] + 1}{has[1] + 1}", "发证日期": f"{since}-{1 + chance('month', person, 12):02d}-15",
    }  # fmt: skip


def _table(rows: list[dict[str, str]], spoilt: bool) -> list[list[str]]:
    """The title, the header, the people; every fortieth twice, the second time with an older card."""
    head = [("身份证号码" if spoilt and name == "身份证号" else name) for name in rows[0]]
    lines = [list(row.values()) for row in rows]
    if "发证日期" in rows[0]:
        lines += [[*line[:-2], f"{line[-2][:-1]}9", "2008-01-01"] for line in lines[::40]]
        lines += lines[::60]
        return [[f"残疾人证登记册（截至 {dt.date.today():%Y 年 %m 月 %d 日}）"], head, *lines]
    return [head, *lines]


def _csv(rows: list[dict[str, str]], spoilt: bool = False) -> bytes:
    words = io.StringIO(newline="")
    csv.writer(words).writerows(_table(rows, spoilt))
    return words.getvalue().encode("gb18030")


def _xlsx(rows: list[dict[str, str]], spoilt: bool = False) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("残疾人证")
    for line in _table(rows, spoilt):
        sheet.append(line)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _swollen(content: bytes) -> bytes:
    """A workbook of a few kilobytes that unpacks to twenty megabytes."""
    packed = io.BytesIO(content)
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/media/picture.bmp", b" " * 20_000_000)
    return packed.getvalue()


async def serve(port: int, home: Path) -> None:
    register = Federation(home)
    nights = asyncio.create_task(register.nights(float(os.environ.get("ONEDOOR_NIGHT_SECONDS", "20"))))
    await run(register.handle, port)
    nights.cancel()


def main() -> None:
    given = started("exchange_file")
    asyncio.run(serve(given.port, given.home))


if __name__ == "__main__":
    main()
