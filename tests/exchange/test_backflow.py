"""Data given back to districts and streets: asked, granted, prepared once, told to each person, fetched by the one office, stopped."""

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from msgspec.structs import replace

from connectors.exchange_file.plugin import Files
from onedoor.exchange import jobs, policy, rows_given
from onedoor.exchange.dictionary import Ground, Sharing
from onedoor.exchange.ports import File
from onedoor.exchange.rows_given import Table
from onedoor.exchange.service import Line, copying, giving_back, remembered
from onedoor.kernel import memory
from onedoor.kernel.text import citizen_check
from tests.connectors.registers import SECRET
from tests.mandates.people import Account, account, entered

from .conftest import rows

STEWARD, FEDERATION, DONGHU, XISHAN, LIUAN, CIVIL = (
    "13800991607", "13800991103", "13800990505", "13800990506", "13800990627", "13800990504",
)  # fmt: skip
WISH = {
    "resource": "disabled.card", "elements": ["disability.issued_on"], "scope": "990102", "every": "monthly", "purpose": "grassroots",
    "basis": "《政务数据共享条例》", "words": "上门服务不再问发证日期",
}  # fmt: skip
JSON = {"accept": "application/json"}


class Night:
    """The federation's folder: each call lays down one more file and has it taken."""

    def __init__(self, site: Any, folder: Path) -> None:
        self.site, self.folder, self.serial = site, folder, 0
        (folder / "in").mkdir(parents=True)

    def __call__(self, *lines: tuple[str, str, str], ok: bool = True) -> None:
        self.serial += 1
        said = [f"甲,{number},{place},视力,一级,{number}11,{issued}" for number, place, issued in lines]
        name = self.folder / "in" / f"CARD_{dt.date.today():%Y%m%d}_{self.serial:03d}.csv"
        name.write_text("\n".join(["姓名,身份证号,街道代码,类别,等级,证号,发证日期", *said]), "utf-8")
        if ok:
            name.with_name(f"{name.name}.ok").touch()
        self.site.run(copying.take, self.site.house.begin, self.site.house.ports)


@pytest.fixture
def night(site: Any, tmp_path: Path) -> Iterator[Night]:
    house, made = site.house, Night(site, tmp_path)
    had = {port: house.ports.get(port) for port in (File, Line)}
    house.ports.put(File, Files())
    house.ports.put(Line, Line(house.ports, house.begin, house.local, {"disabled": str(tmp_path)}, lambda _: SECRET))
    gone = [f"delete from exchange.{name}" for name in ("drop", "replica", "taken", "backflow", "demand_step", "demand")]
    rows(site, *gone)
    yield made
    rows(site, *gone, "delete from exchange.agreement where scope <> ''")
    memory.forget_all()
    for port, plugin in had.items():
        house.ports.put(port, plugin)
    had[Line].connected()


@pytest.fixture(scope="module")
def people(site: Any) -> list[Account]:
    """Two with accounts; where they live, each file says."""
    return [account(site, entered(site, name, dt.date(1961, 3, 4))) for name in ("回春", "流芳")]


def strangers(number: int) -> list[str]:
    """Numbers of people of the city who have no account."""
    bodies = [f"99010219550{1 + n // 900}01{100 + n % 900}" for n in range(number)]
    return [body + citizen_check(body) for body in bodies]


def granted(staff: Any, asker: str = DONGHU, **changed: Any) -> str:
    """Asked, checked and granted; the address of the demand."""
    answer = staff(asker).post("/exchange/backflow", data=WISH | changed)
    assert answer.status_code == 200, answer.text
    path = str(answer.url.path)
    assert "已同意" in decided(staff, path, "grant").text
    return path


def decided(staff: Any, path: str, act: str, note: str = "") -> httpx.Response:
    """The authority checks it, the federation answers."""
    desk = desk_of(staff, path)
    if "等数据管理部门核对" in staff(STEWARD).get(desk).text:
        assert "等数源部门答复" in staff(STEWARD).post(desk, data={"act": "check"}).text, "the supplier answers, also of what is open"
    return staff(FEDERATION).post(desk, data={"act": act, "note": note})


def desk_of(staff: Any, path: str) -> str:
    """Where the authority and the supplier find it."""
    which = path.rpartition("/")[2]
    found = re.search(rf"/exchange/demands/org_\w+/{which}", staff(STEWARD).get("/exchange/demands").text)
    assert found, "the authority sees it"
    return found[0]


def files(page: str) -> list[str]:
    return re.findall(r'action="(/exchange/backflow/demand_\w+/backflow_\w+)"', page)


def looks(person: Account) -> list[dict[str, Any]]:
    return [one for one in person.program.get("/api/me/data").json()["items"] if one["action"] == "send"]


def sheet(answer: httpx.Response) -> list[list[str]]:
    assert answer.status_code == 200, answer.text
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_rows_are_asked_for_granted_told_fetched_and_stopped(site: Any, staff: Any, night: Night, people: list[Account]) -> None:
    office, first, second = staff(DONGHU), *people
    assert "还没有申请" in office.get("/exchange/backflow").text
    which = office.get("/exchange/backflow/new").text
    assert "只能一个人一个人地查" in which, "a live register says why it gives nothing back"
    assert "resource=disabled.card" in which
    assert "resource=police" not in which
    shown = office.get("/exchange/backflow/new?resource=disabled.card").text
    assert "残疾人证发证日期" in shown
    assert "残疾等级" not in shown, "the highest sensitivity"
    for wrong in ({"elements": ["disability.level"]}, {"scope": "990103"}, {"every": ""}, {"basis": ""}, {"purpose": "x"}, {"elements": []},
                  {"resource": "police.driver", "elements": ["driver.class"]}):  # fmt: skip
        answer = office.post("/exchange/backflow", data=WISH | wrong)
        assert answer.status_code == 422, wrong
    both = office.post("/exchange/backflow", data=WISH | {"every": "", "basis": ""}).text
    assert "有 2 处需要改正" in both
    assert "上门服务不再问发证日期" in office.post("/exchange/backflow", data=WISH | {"basis": ""}).text, "what was typed is kept"

    path, early = str(office.post("/exchange/backflow", data=WISH).url.path), staff(FEDERATION)
    staff(STEWARD).post(desk_of(staff, path), data={"act": "check"})
    rows(site, "update exchange.demand set due_on = current_date - 10")
    at_night(site)
    late = office.get(path).text
    assert "逾期未处理" in late
    assert "等数源部门答复" in late, "silence never grants"
    assert decided(staff, path, "refuse").status_code == 422, "no refusal without reason and law"
    assert "东湖区" in decided(staff, path, "refuse", "《残疾人保障法》没有规定").text
    assert "没有规定" in office.get(path).text
    assert "等裁决" in office.post(path, data={"note": "没有就要再问居民"}).text
    desk = desk_of(staff, path)
    assert early.post(desk, data={"act": "grant"}, headers=JSON).status_code == 409
    assert "已裁决" in staff(STEWARD).post(desk, data={"act": "rule_refuse", "note": "先小范围"}).text

    path = granted(staff)
    site.jobs()
    assert "还没有可用的文件" in office.get(path).text
    night((first.who.id_number, "990102001000", "2020-01-15"), (second.who.id_number, "990103001", "2021-02-15"),
          (strangers(1)[0], "990102002", "2019-05-15"), (strangers(2)[1], "", "2018-05-15"))  # fmt: skip
    at_night(site)
    page = office.get(path).text
    assert "2 行；另有 1 行看不出属于哪个辖区" in page
    (link,) = files(page)
    made = sheet(answer := office.post(link))
    assert answer.headers["content-disposition"].endswith('.csv"')
    assert "东方亮" in made[0][0]
    assert made[1] == ["身份证号", "残疾人证发证日期"]
    assert sorted(made[2:]) == sorted([[first.who.id_number + "\t", "2020-01-15"], [strangers(1)[0] + "\t", "2019-05-15"]])
    assert "下载" in office.get(path).text.partition("经过")[2], "who fetched it stands in the history"
    (look,) = looks(first)
    assert looks(second) == [], "who lives elsewhere is in nobody's rows"
    assert (look["purpose"]["zh"], look["elements"]) == (
        "把您的残疾人证发证日期给了东湖区（民政局），用于：社区为您服务时不再请您重填", ["person.id_number", "disability.issued_on"],
    )  # fmt: skip
    own = first.program.get("/me/data", headers={"accept": "text/html"}).text
    assert "青禾市残疾人联合会送出了" in own
    asked = first.program.post(f"/api/me/data/{look['seq']}/challenges", json={"kind": "why", "words": "为什么"})
    assert asked.status_code == 201, asked.text

    assert staff(FEDERATION).post(desk_of(staff, path), data={"act": "stop", "note": ""}).status_code == 422
    assert "停止回流" in staff(FEDERATION).post(desk_of(staff, path), data={"act": "stop", "note": "登记册要重新核对"}).text
    assert office.post(link, headers=JSON).status_code == 409, "with the next request"
    assert "已停止" in office.get(path).text
    at_night(site)
    kept = rows(site, "select rows, body is null as gone, length(sha256) as n from exchange.backflow")
    assert kept == [{"rows": 2, "gone": True, "n": 32}]


def at_night(site: Any) -> None:
    site.run(jobs.sweep, site.house.begin, site.house.ports, {})
    site.jobs()


def test_nobody_but_the_office_that_asked(site: Any, staff: Any, night: Night, people: list[Account]) -> None:
    """A neighbour district, a street of it in another department, the supplier, the own department's keeper of data: none has the rows."""
    night((people[0].who.id_number, "990102001", "2020-01-15"), (people[1].who.id_number, "990103001", "2020-01-15"))
    path = granted(staff)
    site.jobs()
    (link,) = files(staff(DONGHU).get(path).text)
    for phone, wanted in ((XISHAN, 404), (LIUAN, 404), (FEDERATION, 403), (CIVIL, 403), (STEWARD, 403)):
        for said in (staff(phone).get(path, headers=JSON), staff(phone).post(link, headers=JSON), staff(phone).post(path, headers=JSON)):
            assert said.status_code == wanted, phone
    assert staff(XISHAN).post("/exchange/backflow", data=WISH).status_code == 422, "for the own area alone"
    street = granted(staff, LIUAN, scope="990102001", every="once")
    site.jobs()
    assert [len(sheet(staff(LIUAN).post(files(staff(LIUAN).get(street).text)[0])))] == [3]
    assert staff(DONGHU).get(street, headers=JSON).status_code == 404
    ends, link = f"/exchange/agreements/d-{street.rpartition('_')[2]}", files(staff(LIUAN).get(street).text)[0]
    assert "柳岸街道" in staff(STEWARD).get(ends).text
    staff(STEWARD).post(f"{ends}/end", data={"reason": "街道已经办完"})
    assert staff(LIUAN).post(link, headers=JSON).status_code == 409, "the authority ends it with the next request"


def test_given_again_only_when_something_changed(site: Any, staff: Any, night: Night, people: list[Account]) -> None:
    office, (first, second) = staff(DONGHU), people
    before = [len(looks(one)) for one in people]
    line = (first.who.id_number, "990102001", "2020-01-15")
    elsewhere = [(number, "990103001", "2019-05-15") for number in strangers(8)]
    night(line, *elsewhere)
    path = granted(staff)
    site.jobs()

    def month() -> None:
        """What was given so far is of an earlier month."""
        given = rows(site, "select count(*)::int as n from exchange.backflow")[0]["n"]
        rows(site, f"update exchange.backflow set period = '20{given:02d}-01' where period > '2025'")
        at_night(site)

    at_night(site)
    assert len(files(office.get(path).text)) == 1, "once a period"
    month()
    page = office.get(path).text
    assert len(files(page)) == 1
    assert "没有再给一份" in page
    night(line, (second.who.id_number, "990102002", "2021-02-15"), *elsewhere)
    month()
    assert len(files(office.get(path).text)) == 2
    assert [len(looks(one)) for one in people] == [before[0] + 2, before[1] + 1]
    night(*elsewhere, (first.who.id_number, "990103001", "2020-01-15"))
    month()
    page = office.get(path).text
    assert "辖区里没有人在这份登记里" in page
    assert len(files(page)) == 2

    link, card = files(page)[0], "update exchange.resource set backflow = '{}' where code = 'disabled.card'"
    rows(site, card.format("{}"))
    memory.forget_all()
    assert office.post(link, headers=JSON).status_code == 409, "what the city's file does not name any more is not handed over"
    assert "不再开放" in office.get(path).text
    rows(site, card.format("{disability.issued_on}"))
    memory.forget_all()
    rows(site, "update exchange.backflow set taken_at = taken_at - interval '15 days'")
    assert office.post(link, headers=JSON).status_code == 410, "deleted when it is due, whether or not it was swept"
    at_night(site)
    assert rows(site, "select count(*)::int as n from exchange.backflow where body is not null") == [{"n": 0}]
    assert files(office.get(path).text) == []
    rows(site, "update exchange.agreement set until_on = current_date - 1, from_on = current_date - 300 where scope <> ''")
    memory.forget_all()
    month()
    assert "已停止" in office.get(path).text
    assert rows(site, "select count(*)::int as n from exchange.backflow where period >= to_char(current_date, 'YYYY-MM')") == [{"n": 0}]


def test_what_dies_half_way_goes_on_and_what_is_half_there_does_not_count(
    site: Any, staff: Any, night: Night, people: list[Account], monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    """One file and each person's line once, wherever the job dies; a file that is still being laid down, or refused, is nobody's."""
    office = staff(DONGHU)
    before = [len(looks(one)) for one in people]
    lines = [(one.who.id_number, "990102001", "2020-01-15") for one in people]
    night(*lines, ok=False)
    path = granted(staff)
    site.jobs()
    assert "还没有可用的文件" in office.get(path).text
    night(*lines, (strangers(1)[0], "990102", "2020-01-15"), (strangers(2)[1], "990999", "2020-01-15"))
    monkeypatch.setattr(giving_back, "BATCH", 1)
    noted, calls = giving_back.identity.record_accesses, list[int]()

    async def dies(*args: Any, **more: Any) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise OSError
        await noted(*args, **more)

    monkeypatch.setattr(giving_back.identity, "record_accesses", dies)
    agreement = rows(site, "select id from exchange.agreement where scope <> '' and state = 'granted' order by granted_by, id desc")
    which = {"agreement": next(one["id"] for one in agreement if one["id"][2:] in path)}
    with pytest.raises(OSError):
        site.run(jobs.give_back, site.house.begin, site.house.ports, which)
    assert "正在写入每个人的数据足迹" in office.get(path).text
    assert files(office.get(path).text) == [], "nobody has the rows before everybody's record is written"
    for _ in range(3):
        site.run(jobs.give_back, site.house.begin, site.house.ports, which)
    page = office.get(path).text
    assert len(files(page)) == 1
    assert "另有 1 行" in page, "a place that is none of the city's; the district itself is a place of the district"
    assert [len(looks(one)) for one in people] == [n + 1 for n in before]

    rows(site, "update exchange.register set state = 'off' where code = 'disabled'", "delete from exchange.backflow")
    memory.forget_all()
    site.run(jobs.give_back, site.house.begin, site.house.ports, which)
    assert "数源系统停用了" in office.get(path).text
    rows(site, "update exchange.register set state = 'on' where code = 'disabled'")
    post = "update orgs.staff_grant set district = '{}' where name = 'exchange:backflow' and district = '{}'"
    try:
        rows(site, post.format("990104", "990102"))
        memory.forget_all()
        site.run(jobs.give_back, site.house.begin, site.house.ports, which)
        assert rows(site, "select 1 from exchange.backflow") == [], "nobody is for this area any more"
        assert office.get(path, headers=JSON).status_code == 404
    finally:
        rows(site, post.format("990102", "990104"))
        memory.forget_all()
    site.run(jobs.give_back, site.house.begin, site.house.ports, which)
    assert len(files(office.get(path).text)) == 1


def test_what_may_never_be_given_back(site: Any) -> None:
    """Whatever the city's file says: no live register, nothing of the highest sensitivity, nothing had by consent alone or not shared."""
    known = remembered()
    card, facts = known.resources["disabled.card"], ("disability.issued_on",)
    assert policy.returnable(known, card) == facts
    assert policy.returnable(known, replace(card, way="interface")) == policy.returnable(known, replace(card, sharing=Sharing.NONE)) == ()
    assert policy.returnable(known, replace(card, backflow=("disability.level",))) == ()
    assert policy.returnable(known, replace(card, keys=("disability.card_number",))) == ()
    agreed = replace(known.agreements["canlian-card"], id="x", elements=facts, ground=Ground.CONSENT)
    by_consent = replace(known, agreements=known.agreements | {"x": agreed})
    assert policy.returnable(by_consent, card) == ()
    both = replace(known, agreements=by_consent.agreements | {"y": replace(agreed, id="y", ground=Ground.DUTY)})
    assert policy.returnable(both, card) == facts


def test_places_and_cells() -> None:
    """Places as registers write them, and cells that no spreadsheet runs."""
    paths = {"9901": "9901", "990102": "9901.990102", "990102001": "9901.990102.990102001"}
    for said, path in (("990102001", paths["990102001"]), (" 990102001000 ", paths["990102001"]), ("990102000000", paths["990102"]),
                       ("990102001003", ""), ("", ""), (990102, ""), (None, ""), ("990100", "9901"), ("x", "")):  # fmt: skip
        assert rows_given.place_of(said, paths) == path, said
    assert [rows_given.within("9901.990102", one) for one in (*paths.values(), "9901.9901021", "9901.990103", "")] == [
        None, True, True, False, False, None,
    ]  # fmt: skip
    words = ["=1+1", "+1", "-1", "@x", "\tx", "990102195501010001", "a,b"]
    made = rows_given.sheet(Table([], ["a"], [[one] for one in words]), "=mark").decode()
    assert made == "\ufeff'=mark\r\na\r\n'=1+1\r\n'+1\r\n'-1\r\n'@x\r\n'\tx\r\n990102195501010001\t\r\n\"a,b\"\r\n"


def test_an_objection_that_is_too_long_is_shown_again(staff: Any, night: Night) -> None:
    browser = staff(DONGHU)
    path = str(browser.post("/exchange/backflow", data=WISH).url.path)
    decided(staff, path, "refuse", "依法不提供")
    long = browser.post(path, data={"note": "长" * 1001})
    assert (long.status_code, "长" * 1001 in long.text) == (422, True)
