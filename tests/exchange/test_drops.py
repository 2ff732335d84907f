"""Dropped files: what is read, what is refused, and that the same files in any order leave the same one standing."""

import datetime as dt
import io
import itertools
import zipfile
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from onedoor.exchange.drops.checks import DropState, Facts, Staged, Way, facts, named, receipts, staged, standing
from onedoor.exchange.drops.sheets import Unread, read
from onedoor.exchange.mapping.applying import Mapping

WAY = Way("person.id_number", "身份证号", "发证日期")
RULES = [{"to": "disability.level", "from": "/等级", "via": ["code:level"]}]
MAPPING = Mapping(RULES, {"level": {"一级": "1", "二级": "2"}})
KEY, OTHER = "990102197811050423", "990102194908230128"
HEAD = "身份证号,等级,发证日期"


def csv(*lines: str, encoding: str = "utf-8", head: str = HEAD) -> bytes:
    return "\r\n".join([head, *lines]).encode(encoding)


def drop(*lines: str, **how: Any) -> Staged:
    return staged("CARD_20261126_001.csv", csv(*lines, **how), WAY, MAPPING)


def book(*rows: list[Any]) -> bytes:
    made, out = Workbook(), io.BytesIO()
    for row in rows:
        made.active.append(row)
    made.save(out)
    return out.getvalue()


def test_a_table_is_read_in_the_encoding_it_is_in() -> None:
    line = f"{KEY},一级,2026-01-01"
    for encoding, told in (("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("gb18030", "gb18030"), ("utf-16", "utf-16")):
        got = drop(line, encoding=encoding)
        assert (got.encoding, list(got.rows), got.problems) == (told, [KEY], []), encoding
    for comma in "\t;|":
        assert list(drop(line.replace(",", comma), head=HEAD.replace(",", comma)).rows) == [KEY]
    rare = staged("CARD_20261126_001.csv", csv(f"{KEY},一级,龴𬱖㼆", encoding="gb18030"), WAY, MAPPING)
    assert rare.rows[KEY]["发证日期"] == "龴𬱖㼆"
    titled = staged("CARD_20261126_001.csv", "登记册\n\n".encode() + csv(line), WAY, MAPPING)
    assert list(titled.rows) == [KEY]


def test_what_is_not_a_table_is_refused_and_never_raised() -> None:
    bomb, lying = io.BytesIO(book([1])), io.BytesIO()
    with zipfile.ZipFile(bomb, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/more.xml", b" " * 5_000_000)
    with zipfile.ZipFile(lying, "w") as packed:
        packed.writestr("xl/workbook.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><workbook/>')
    for content, why in [
        (b"", "empty"), (b"<html>", "page"), (b"\xff\xff\xff", "no encoding"), (bomb.getvalue(), "too much"),
        (lying.getvalue(), "document type"),
        (b"PK\x03\x04nonsense", "not a workbook"), (csv("x" * 2001), "too long"), (csv("\x00"), "lost"), (csv("甲\ufffd"), "lost"),
        (b'a,b\n"unfinished', "no table"), (",".join("a" * 300).encode(), "columns"), ("姓名,等级\n甲,一级".encode(), "发证日期、身份证号"),
        (csv(), "no lines"),
    ]:  # fmt: skip
        got = staged("CARD_20261126_001.csv", content, WAY, MAPPING)
        assert why in "; ".join(got.problems), content[:40]
        assert got.rows == {}
    assert staged("a.csv", csv(), WAY, MAPPING).problems == ["its name is not NAME_YYYYMMDD_NNN"]
    for name in ("CARD_20261326_001.csv", "card_20261126_001.csv", "CARD_20261126_001.exe", "../CARD_20261126_001.csv"):
        assert named(name) is None


def test_a_key_that_was_a_number_is_no_key() -> None:
    """The digits that make it somebody's were lost when the cell was typed."""
    head = HEAD.split(",")
    got = staged("CARD_20261126_001.xlsx", book(head, [KEY, "一级", dt.date(2026, 1, 1)], [990102194908230128, "一级", None]), WAY, MAPPING)
    assert (list(got.rows), got.rows[KEY]["发证日期"], got.bad) == ([KEY], "2026-01-01", 1)
    assert got.faults == ["line 3: the key is stored as a number: its last digits are lost"]
    assert got.problems == ["1 of 2 keys cannot be used"]


def test_lines_are_counted_and_the_newer_of_two_stays() -> None:
    good = [f"{KEY},一级,2026-01-01", f"{KEY},二级,2026-02-01", f"{KEY},一级,2026-01-15"]
    got = drop(*good)
    assert (got.rows[KEY]["等级"], got.lines, got.doubles, got.bad, got.fit) == ("二级", 3, 2, 0, True)
    torn = drop(f"{KEY},一级,2026-01-01", f"{KEY},二级,2026-01-01", f"{OTHER},一级,2026-01-01")
    assert (list(torn.rows), torn.bad, torn.fit) == ([OTHER], 1, False)
    unread = drop(f"{KEY},九级,2026-01-01")
    assert (unread.unmapped, unread.problems) == (1, ["1 of 1 lines cannot be read"])
    assert "九级" not in str(unread.faults), "of a person's line its number is told, and no value"
    lines = [f"{OTHER[:14]}{n:03d}X,一级,2026-01-01" for n in range(3)]
    assert drop(*lines, f"{KEY},一级,2026-01-01").problems == ["3 of 4 keys cannot be used"]


@pytest.mark.parametrize(("older", "newer"), [
    ("2026/9/1", "2026/10/1"), ("2026年9月30日", "2026年10月1日"), ("2026-9-1", "2026.10.1"), ("20260901", "2026-10-01"),
    ("2026-10-01 9:30", "2026-10-01 10:00"), ("20261001093000", "20261001100000"), ("", "2026/9/1"), ("无", "2026/9/1"),
])  # fmt: skip
def test_the_newer_of_two_lines_is_of_the_later_day_however_days_are_written(older: str, newer: str) -> None:
    for lines in ([f"{KEY},一级,{older}", f"{KEY},二级,{newer}"], [f"{KEY},二级,{newer}", f"{KEY},一级,{older}"]):
        assert drop(*lines).rows[KEY]["等级"] == "二级"


def test_one_day_in_two_writings_is_one_day() -> None:
    assert drop(f"{KEY},一级,2026/9/1", f"{KEY},二级,2026-09-01").rows == {}


def test_receipts() -> None:
    content = "title\nrequest_id,number,state\nr-1,9901,已办结\n,,\n".encode("gb18030")
    assert [(one.request_id, one.number) for one in receipts("RECEIPT_20261126_r-1.csv", content)] == [("r-1", "9901")]
    with pytest.raises(Unread):
        receipts("RECEIPT_20261126_r-1.csv", b"a,b\n1,2")


some = st.builds(
    Facts, st.dates(dt.date(2026, 11, 1), dt.date(2026, 11, 9)), st.sampled_from(["001", "002"]), st.binary(min_size=1, max_size=1),
    st.integers(1, 200), st.booleans(),
)  # fmt: skip
files = st.lists(some, max_size=8, unique_by=lambda one: one.sha256)


@settings(max_examples=60, deadline=None)
@given(files, st.randoms())
def test_any_order_and_twice_leave_the_same(known: list[Facts], drawn: Any) -> None:
    told = standing(known)
    shuffled = known + known
    drawn.shuffle(shuffled)
    assert standing(shuffled) == told
    live = [one for one in known if told[one.sha256] is DropState.LIVE]
    assert len(live) == (1 if any(one.fit for one in known) else 0)
    assert all(one.fit for one in known if told[one.sha256] is not DropState.REFUSED)
    passing = [one for one in sorted(known) if told[one.sha256] is not DropState.REFUSED]
    assert live == passing[-1:], "of those that pass, the newest"
    assert all(abs(b.rows - a.rows) <= 0.2 * a.rows for a, b in itertools.pairwise(passing))


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400) | st.text(max_size=200).map(lambda text: (HEAD + "\n" + text).encode("gb18030", "replace")))
def test_no_bytes_raise(content: bytes) -> None:
    got = staged("CARD_20261126_001.csv", content, WAY, MAPPING)
    assert got.lines >= len(got.rows)
    assert facts(got).sha256 == got.sha256
    try:
        read("x.csv", content)
    except Unread:
        assert got.problems
