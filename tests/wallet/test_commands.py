"""`onedoor wallet`: certificates from another system, lists issued at once, ended by number, written out for a mirror."""

import datetime as dt
import json
import os
import shutil
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner

from onedoor.identity.events import LifeChanged
from onedoor.identity.models import Life
from onedoor.identity.ports import Secrets
from onedoor.kernel import jose
from onedoor.kernel.outbox import publish
from onedoor.kernel.work import system
from onedoor.wallet import bundle, service, statuslist
from onedoor.wallet.models import identifier_of
from onedoor.wallet.service.importing import Report
from onedoor.wallet.vault import vault
from onedoor.web.cli.wallets import wallet as commands
from tests import nursery
from tests.conftest import CITY, ROOT
from tests.mandates.people import Account, account, entered
from tests.wallet.conftest import POLICE as CHIEF
from tests.wallet.conftest import verdict

POLICE = "11990100000001011X"
SOCIAL = "1199010000000102XM"
_drawn = iter(range(1, 1000))


class Somebody(NamedTuple):
    """Whoever has come here with certificates elsewhere."""

    site: Any
    one: Account

    def row(self, serial: str, **changes: Any) -> dict[str, Any]:
        """A residence permit, or another kind of the police, as the old system has it."""
        version, kind = changes.pop("version", 1), changes.pop("kind", "003")
        row = {
            "ZZMC": "居住证", "ZZLXDM": kind, "ZZBH": f"OLD{serial}", "ZZBS": identifier_of(POLICE, kind, POLICE, serial, version),
            "ZZBFJG": "青禾市公安局", "ZZBFJGDM": POLICE, "ZZBFRQ": "2026-01-05", "CZZT": self.one.who.name,
            "CZZTDM": self.one.who.id_number, "CZZTDMLX": "公民身份号码", "CZZTDMLXDM": "111",
            "ZZYXQQSRQ": "2026-01-05", "ZZYXQJZRQ": "9999-12-31", "ZZZT": "10",
            "claims": {"name": self.one.who.name, "address": "青禾市东湖区书院街 9 号"},
        }  # fmt: skip
        return {name: value for name, value in (row | changes).items() if value is not ...}

    def wallet(self) -> list[dict[str, Any]]:
        return self.one.program.get("/api/certificates").json()["items"]


@pytest.fixture(scope="module")
def somebody(site: Any) -> Somebody:
    return Somebody(site, account(site, entered(site, "云远来", dt.date(1980, 5, 6))))


def serial() -> str:
    return f"OLD{next(_drawn):06}{os.getpid()}"


def becomes(site: Any, text: str, result: str) -> None:
    """What verifiers are told, as soon as the process has heard of it."""
    with site.client() as anybody:
        for _ in range(20):
            if (told := verdict(anybody, text)["result"]) == result:
                return
            time.sleep(0.1)
    assert told == result


def taken(site: Any, *rows: Any) -> Report:
    lines = [(n, row if isinstance(row, bytes) else json.dumps(row, ensure_ascii=False).encode()) for n, row in enumerate(rows, 1)]

    async def run() -> Report:
        return await service.take_in(site.house.begin, site.house.ports.get(Secrets), lines)

    return site.run(run)


def test_a_certificate_comes_along_with_its_number(site: Any, somebody: Somebody) -> None:
    row = somebody.row(serial())
    done = taken(site, row)
    assert (done.lines, done.added, done.same, done.bad) == (1, 1, 0, [])
    (one,) = [cert for cert in somebody.wallet() if cert["number"] == row["ZZBH"]]
    assert (one["identifier"], one["state"], one["claims"]["address"]) == (row["ZZBS"], "effective", "青禾市东湖区书院街 9 号")
    standard = somebody.one.program.get(f"/api/certificates/{one['id']}/standard").json()
    assert standard == {name: value for name, value in row.items() if name != "claims"}
    code = somebody.one.program.post(f"/api/certificates/{one['id']}/codes").json()["text"]
    with site.client() as anybody:
        assert verdict(anybody, code)["result"] == "valid"
    assert "原来的系统转入卡包" in somebody.one.program.get("/me/data", headers={"accept": "text/html"}).text
    again = taken(site, row)
    assert (again.added, again.same, again.bad) == (0, 1, [])


def test_lines_that_cannot_be_taken_are_named_and_the_others_come(site: Any, somebody: Somebody) -> None:
    good = somebody.row(serial())
    wrong = [
        (b"{", "not a JSON object"), (b"[]", "not a JSON object"), (b'{"a":1,"a":2}', "not a JSON object"),
        (somebody.row(serial(), ZZBH=...), "ZZBH"), (somebody.row(serial(), ZZBFRQ="2026-02-30"), "ZZBFRQ"),
        (somebody.row(serial(), ZZZT="77"), "ZZZT"), (somebody.row(serial(), ZZZT="02"), "ZZZT"),
        (somebody.row(serial(), ZZBS="1.2.3"), "ZZBS"), (somebody.row(serial(), claims=[]), "claims"),
        (somebody.row(serial(), claims={"nothing": "x"}), "claims/nothing"),
        (somebody.row(serial(), CZZTDM="990102198005060000"), "CZZTDM"),
        (somebody.row(serial(), CZZT="云别人"), "CZZT:"), (somebody.row(serial(), CZZTDMLXDM="414"), "CZZTDMLXDM"),
        (somebody.row(serial(), ZZBFJGDM="91990100000000000X"), "no department"),
        (somebody.row(serial(), ZZBFJGDM=SOCIAL), "the identifier names"),
        (somebody.row(serial(), kind="014", ZZMC="社会保障卡"), "not the department of this type"),
    ]  # fmt: skip
    done = taken(site, *(row for row, _ in wrong), good)
    assert (done.lines, done.added) == (len(wrong) + 1, 1)
    assert [bad.line for bad in done.bad] == list(range(1, len(wrong) + 1))
    for bad, (_, why) in zip(done.bad, wrong, strict=True):
        assert why in bad.reason, (bad, why)


def test_one_number_twice_is_shown_to_nobody_until_it_is_solved(site: Any, somebody: Somebody) -> None:
    mine = somebody.row(serial())
    other = somebody.row(serial(), ZZBH=mine["ZZBH"], ZZBFRQ="2026-01-06")
    done = taken(site, mine, other)
    assert (done.added, [bad.line for bad in done.bad]) == (0, [1, 2])
    assert not [cert for cert in somebody.wallet() if cert["number"] == mine["ZZBH"]]
    assert taken(site, mine).added == 1
    (one,) = [cert for cert in somebody.wallet() if cert["number"] == mine["ZZBH"]]
    text = somebody.one.program.get(f"/api/certificates/{one['id']}").json()["credential"]
    (bad,) = taken(site, other).bad
    assert "neither is shown" in bad.reason
    becomes(site, text, "suspended")
    page = somebody.one.program.get(f"/wallet/{one['id']}", headers={"accept": "text/html"}).text
    assert "另一张证照也用了这个编号" in page
    assert "更正后自动恢复" not in page
    assert "卡包已停用" not in somebody.one.program.get("/wallet", headers={"accept": "text/html"}).text
    assert somebody.one.program.post(f"/api/certificates/{one['id']}/codes").status_code == 409
    assert taken(site, mine).same == 1, "the issuer has said that this one is right"
    assert somebody.one.program.post(f"/api/certificates/{one['id']}/codes").status_code == 201


def test_what_had_ended_there_has_ended_here(site: Any, somebody: Somebody) -> None:
    first = serial()
    old, new = somebody.row(first, ZZZT="01"), somebody.row(first, version=2)
    assert taken(site, old, new).added == 2
    states = {cert["version"]: cert["state_code"] for cert in somebody.wallet() if cert["number"] == old["ZZBH"]}
    assert states == {1: "01", 2: "10"}
    (one,) = [cert for cert in somebody.wallet() if cert["number"] == old["ZZBH"] and cert["version"] == 1]
    text = somebody.one.program.get(f"/api/certificates/{one['id']}").json()["credential"]
    becomes(site, text, "revoked")


def told(site: Any, somebody: Somebody, life: Life) -> None:
    whose = somebody.one.id

    async def write() -> None:
        async with site.house.begin(system("test")) as work:
            await publish(work.db, LifeChanged(whose, life, dt.date(2026, 11, 20)))

    site.run(write)
    site.jobs()


def test_a_wallet_that_stands_still_stays_so_whatever_a_file_says(site: Any) -> None:
    """Its holder has died: out of doubt a certificate is not good, and what had ended before is not said to have been put off only."""
    gone = Somebody(site, account(site, entered(site, "骆故去", dt.date(1940, 5, 6))))
    mine = gone.row(serial())
    assert taken(site, mine).added == 1
    taken(site, gone.row(serial(), ZZBH=mine["ZZBH"], ZZBFRQ="2026-01-06"))
    (one,) = gone.wallet()
    codes = f"/api/certificates/{one['id']}/codes"
    assert gone.one.program.post(codes).status_code == 409
    told(site, gone, Life.DIED)
    assert "已经去世" in gone.one.program.get(f"/wallet/{one['id']}", headers={"accept": "text/html"}).text
    assert taken(site, mine).same == 1
    assert gone.one.program.post(codes).status_code == 409
    ended = gone.row(serial(), ZZZT="01")
    assert taken(site, ended).added == 1
    (old,) = [cert for cert in gone.wallet() if cert["number"] == ended["ZZBH"]]
    becomes(site, gone.one.program.get(f"/api/certificates/{old['id']}").json()["credential"], "revoked")
    told(site, gone, Life.RESTORED)
    assert gone.one.program.post(codes).status_code == 201


def test_what_was_in_doubt_before_an_error_of_the_register_is_in_doubt_after_it(site: Any) -> None:
    """Whether the number came up twice before or while its holder was said to be dead."""
    gone = Somebody(site, account(site, entered(site, "骆疑问", dt.date(1940, 5, 7))))
    before, meanwhile = gone.row(serial()), gone.row(serial())
    assert taken(site, before, meanwhile).added == 2
    taken(site, gone.row(serial(), ZZBH=before["ZZBH"], ZZBFRQ="2026-01-06"))
    told(site, gone, Life.DIED)
    taken(site, gone.row(serial(), ZZBH=meanwhile["ZZBH"], ZZBFRQ="2026-01-06"))
    told(site, gone, Life.RESTORED)
    codes = [f"/api/certificates/{one['id']}/codes" for one in gone.wallet()]
    assert [gone.one.program.post(one).status_code for one in codes] == [409, 409]
    assert taken(site, before, meanwhile).same == 2
    assert [gone.one.program.post(one).status_code for one in codes] == [201, 201]


def test_what_comes_into_an_empty_wallet_of_the_dead_stands_still(site: Any) -> None:
    gone = Somebody(site, account(site, entered(site, "骆空空", dt.date(1940, 5, 8))))
    told(site, gone, Life.DIED)
    assert taken(site, gone.row(serial())).added == 1
    (one,) = gone.wallet()
    codes = f"/api/certificates/{one['id']}/codes"
    assert gone.one.program.post(codes).status_code == 409
    assert "已经去世" in gone.one.program.get(f"/wallet/{one['id']}", headers={"accept": "text/html"}).text
    told(site, gone, Life.RESTORED)
    assert gone.one.program.post(codes).status_code == 201


def test_a_new_version_stands_still_with_its_wallet(site: Any) -> None:
    gone = Somebody(site, account(site, entered(site, "骆再换", dt.date(1941, 5, 6))))
    assert taken(site, gone.row(serial())).added == 1
    (old,) = gone.wallet()
    told(site, gone, Life.DIED)
    made = site.sign_in(CHIEF).post(f"/api/certificates/{old['id']}/reissues", json={"reason": "地址变了"})
    assert made.status_code == 201, made.text
    codes = f"/api/certificates/{made.json()['id']}/codes"
    assert gone.one.program.post(codes).status_code == 409
    assert "已经去世" in gone.one.program.get(f"/wallet/{made.json()['id']}", headers={"accept": "text/html"}).text
    told(site, gone, Life.RESTORED)
    assert gone.one.program.post(codes).status_code == 201


def test_one_that_was_in_doubt_and_has_ended_holds_no_other_back(site: Any) -> None:
    one = Somebody(site, account(site, entered(site, "骆清楚", dt.date(1983, 5, 6))))
    mine = one.row(serial())
    assert taken(site, mine).added == 1
    taken(site, one.row(serial(), ZZBH=mine["ZZBH"], ZZBFRQ="2026-01-06"))
    (wrong,) = one.wallet()
    ended = site.sign_in(CHIEF).post(f"/api/certificates/{wrong['id']}/revocations", json={"reason": "编号用错了"})
    assert ended.status_code == 201, ended.text
    right = one.row(serial())
    assert taken(site, right).added == 1
    (new,) = [cert for cert in one.wallet() if cert["number"] == right["ZZBH"]]
    assert new["state"] == "effective"


def test_a_list_is_issued_and_told(site: Any, somebody: Somebody) -> None:
    who = somebody.one.who
    order = {"type": "003", "id_number": who.id_number, "name": who.name, "claims": {"name": who.name, "address": "新址"}, "valid_days": 30}
    order |= {"decision": f"公居〔2026〕{serial()}"}
    nothing = order | {"claims": {"nothing": 1}, "decision": "x"}
    rows = [order, order | {"name": "别人"}, nothing, order | {"type": "999"}, order | {"more": 1}, {}, order | {"decision": ""}]

    async def run() -> Report:
        lines = [(n, json.dumps(row, ensure_ascii=False).encode()) for n, row in enumerate(rows, 1)]
        return await service.issue_all(site.house.begin, site.house.ports.get(Secrets), lines)

    done = site.run(run)
    assert (done.lines, done.added, [bad.line for bad in done.bad]) == (7, 1, [2, 3, 4, 5, 6, 7])
    again = site.run(run)
    assert (again.added, again.same, len(again.bad)) == (0, 1, 6), "one decision, one certificate"
    assert [cert["claims"]["address"] for cert in somebody.wallet()].count("新址") == 1
    assert "居住证已放入卡包" in somebody.one.program.get("/inbox", headers={"accept": "text/html"}).text


def test_types_are_checked(tmp_path: Path) -> None:
    good = CliRunner().invoke(commands, ["types", "check", str(CITY)])
    assert (good.exit_code, "52 types" in good.output) == (0, True)
    broken = shutil.copytree(CITY, tmp_path / "broken")
    words = (broken / "cert_types.toml").read_text("utf-8")
    (broken / "cert_types.toml").write_text(words.replace('ink = "#143E63"', 'ink = "#CFE3F2"', 1), "utf-8")
    bad = CliRunner().invoke(commands, ["types", "check", str(broken)])
    assert bad.exit_code == 1
    assert "cert_types.toml:" in bad.output
    assert "contrast" in bad.output


def test_the_commands_of_a_house(site: Any, somebody: Somebody, dsn: str, tmp_path: Path) -> None:
    """Import, revoke, lists and a verdict, each a process of its own beside the running house."""
    row = somebody.row(serial())
    (tmp_path / "rows").write_text("\ufeff" + json.dumps(row, ensure_ascii=False) + "\n\n{\n", "utf-8")
    home = str(site.house.settings.home)
    env = os.environ | {"ONEDOOR_DATABASE_URL": dsn, "ONEDOOR_PUBLIC_URL": vault().issuer, "ONEDOOR_HOME": home}

    def run(*words: str) -> tuple[int, str]:
        command = [sys.executable, "-m", "onedoor", "wallet", *words]
        done = nursery.run(command, cwd=ROOT, capture_output=True, text=True, env=env, timeout=120)
        return done.returncode, done.stdout + done.stderr

    code, said = run("import", str(tmp_path / "rows"))
    assert (code, "line 3: not a JSON object" in said, "2 lines: 1 taken over; 1 were not" in said) == (1, True, True), said
    (one,) = [cert for cert in somebody.wallet() if cert["number"] == row["ZZBH"]]
    text = somebody.one.program.get(f"/api/certificates/{one['id']}").json()["credential"]
    (tmp_path / "file").write_text(text, "utf-8")
    silent = CliRunner().invoke(commands, ["revoke", "003", row["ZZBH"], "--reason", " "])
    assert "1 to 200" in str(silent.exception)
    code, said = run("revoke", "003", row["ZZBH"], "--reason", "已注销户口", "--as", "cancelled")
    assert (code, one["id"] in said) == (0, True), said
    assert "已注销户口" in somebody.one.program.get(f"/wallet/{one['id']}", headers={"accept": "text/html"}).text
    assert run("revoke", "003", row["ZZBH"], "--reason", "再来")[0] == 1

    code, said = run("lists", "build", str(tmp_path / "mirror"))
    assert code == 0, said
    names = json.loads((tmp_path / "mirror/status/aggregation").read_text())["status_lists"]
    for uri in names:
        path = tmp_path / "mirror" / uri.removeprefix(vault().issuer + "/")
        assert statuslist.read(path.read_text(), vault().ring, uri, int(site.house.now().timestamp()))
    keys = json.loads((tmp_path / "mirror/.well-known/jwks.json").read_text())["keys"]
    book = bundle.read((tmp_path / "mirror/verify/bundle").read_bytes(), [keys[0]["kid"]])
    assert str(bundle.check(text, book, book.made).result) == "revoked"
    code, said = run("verify", str(tmp_path / "file"))
    assert (code, '"result": "revoked"' in said) == (1, True), said
    assert jose.Jws(text.split("~")[0]).payload["iss"] == vault().issuer
