"""On paper and for one purpose: files that are signed, and codes that end."""

import datetime as dt
import io
import re
import shutil
import subprocess
import zipfile
import zlib
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest

from onedoor.kernel.throttle import Throttle
from onedoor.wallet import checking
from onedoor.wallet.models import Cert
from onedoor.wallet.paper.drawing import written
from tests.wallet.conftest import POLICE, Office, verdict

OFD = "{http://www.ofdspec.org/2016}"
PURPOSE, TO = "青禾三小入学报名", "青禾市第三小学"


@pytest.fixture(scope="module")
def held(site: Any) -> tuple[httpx.Client, Cert]:
    phone = site.new_phone()
    return site.sign_in(phone), Office(site).issue(phone)


def made(browser: httpx.Client, cert: Cert, **said: Any) -> tuple[str, str]:
    """The page of a new copy, and its code."""
    form = {"purpose": PURPOSE, "to_name": TO, "hours": "24", **said}
    answer = browser.post(f"/wallet/{cert.id}/copies", data=form, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    page = answer.headers["location"]
    code = re.search(r'class="num">([0-9A-Z]{5} [0-9A-Z]{5})<', browser.get(page).text)
    assert code
    return page, code[1]


def checked(site: Any, code: str) -> str:
    with site.client() as anybody:
        return anybody.post("/check", data={"code": code}).text


def letters(pdf: bytes) -> set[str]:
    """Every character of the text layer, by the tables with which readers turn glyphs back into text."""
    found: set[str] = set()
    for raw in re.findall(rb"stream\r?\n(.*?)\r?\n?endstream", pdf, re.DOTALL):
        try:
            plain = zlib.decompress(raw)
        except zlib.error:
            continue
        if b"begincmap" in plain:
            found |= {chr(int(code, 16)) for code in re.findall(rb"<([0-9A-Fa-f]{4})>", plain)}
    return found


def said_in_ofd(file: bytes) -> list[str]:
    """Every line of text, from the parts that the standard asks for; each character but the last says how wide it is."""
    with zipfile.ZipFile(io.BytesIO(file)) as zipped:
        root = ElementTree.fromstring(zipped.read("OFD.xml"))
        document = root.findtext(f".//{OFD}DocRoot") or ""
        pages = ElementTree.fromstring(zipped.read(document)).findall(f".//{OFD}Page")
        content = ElementTree.fromstring(zipped.read(f"{Path(document).parent}/{pages[0].get('BaseLoc')}"))
    ids = [one.get("ID") for one in content.iter() if one.get("ID")]
    assert len(ids) == len(set(ids))
    codes = content.findall(f".//{OFD}TextCode")
    assert all(len((one.get("DeltaX") or "").split()) == len(one.text or "") - 1 for one in codes)
    return [one.text or "" for one in codes]


def signed_by_house(pdf: bytes, folder: Path) -> str:
    """What openssl says of the signature inside."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is missing")
    place = re.search(rb"/ByteRange \[0 (\d+) (\d+) (\d+)\]", pdf)
    assert place
    start, end, rest = map(int, place.groups())
    assert end + rest == len(pdf)
    hole = bytes.fromhex(pdf[start + 1 : end - 1].decode())
    (folder / "signature.der").write_bytes(hole[: int.from_bytes(hole[2:4]) + 4])
    (folder / "content").write_bytes(pdf[:start] + pdf[end:])
    words = [openssl, "cms", "-verify", "-binary", "-inform", "DER", "-in", str(folder / "signature.der"), "-noverify", "-content",
             str(folder / "content"), "-out", str(folder / "out")]  # fmt: skip
    return subprocess.run(words, capture_output=True, text=True).stderr


def test_a_copy_from_making_to_its_end(site: Any, held: Any, tmp_path: Path) -> None:
    browser, cert = held
    page, code = made(browser, cert)
    file = browser.get(f"{page}/copy.pdf")
    assert (file.status_code, file.headers["content-type"]) == (200, "application/pdf")
    assert file.content.startswith(b"%PDF-")
    assert set(PURPOSE + TO + "林小晓") <= letters(file.content)
    assert "Verification successful" in signed_by_house(file.content, tmp_path)
    forged = file.content[:-40] + b"%" + file.content[-39:]
    assert "failure" in signed_by_house(forged, tmp_path).lower()
    again = browser.get(f"{page}/copy.ofd")
    assert (again.status_code, again.headers["content-type"]) == (200, "application/ofd")
    lines = said_in_ofd(again.content)
    assert {"林小晓", "990102197811050423", code} <= set(lines)
    assert sum(PURPOSE in line and TO in line for line in lines) > 50, "the purpose is woven across the page"
    with site.client() as anybody:
        scanned = anybody.get(f"/check/{code.replace(' ', '')}")
        assert code.replace(" ", "") in scanned.text
        assert PURPOSE not in scanned.text
    told = checked(site, code.lower().replace("0", "o"))
    for words in ("加注件有效", PURPOSE, TO, "林*晓", "居住证"):
        assert words in told
    assert "990102197811050423" not in told
    assert "1 次" in browser.get(page).text
    assert "有人核对了加注件" in browser.get(f"/wallet/{cert.id}").text
    assert browser.post(f"{page}/end", follow_redirects=False).status_code == 303
    assert "已收回" in checked(site, code)
    assert PURPOSE not in checked(site, code)
    assert browser.get(f"{page}/copy.pdf").status_code == 404
    assert "没有这个码" in checked(site, "00000 00000")


def test_a_copy_ends_by_itself(site: Any, held: Any, staff: Any) -> None:
    browser, cert = held
    _, code = made(browser, cert, most_reads="2")
    assert ["加注件有效" in checked(site, code) for _ in "abc"] == [True, True, False]
    assert "核对次数已用完" in checked(site, code)
    phone = site.new_phone()
    other, theirs = site.sign_in(phone), Office(site).issue(phone)
    page, code = made(other, theirs)
    assert browser.get(page).status_code == 404
    assert browser.get(f"{page}/copy.pdf").status_code == 404
    assert browser.post(f"{page}/end").status_code == 404
    assert staff(POLICE).post(f"/api/certificates/{theirs.id}/revocations", json={"reason": "遗失"}).status_code == 201
    assert "证照已失效" in checked(site, code)
    assert other.get(f"{page}/copy.pdf").status_code == 404
    assert other.post(f"/wallet/{theirs.id}/copies", data={"purpose": PURPOSE, "to_name": TO, "hours": "24"}).status_code == 409


def test_a_file_made_at_night_is_of_the_citys_day(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """One in the morning here, when Greenwich still has the day before."""
    at = site.house.now().replace(hour=17, minute=0) + dt.timedelta(days=1)
    monkeypatch.setattr(site.house, "now", lambda: at)
    browser, cert = Office(site).resident()
    page, _ = made(browser, cert)
    with zipfile.ZipFile(io.BytesIO(browser.get(f"{page}/copy.ofd").content)) as file:
        day = ElementTree.fromstring(file.read("OFD.xml")).find(f".//{OFD}CreationDate")
    assert day is not None
    assert day.text == (at + dt.timedelta(hours=8)).date().isoformat()


@pytest.mark.parametrize("said", [
    {"purpose": ""}, {"purpose": "长" * 31}, {"purpose": "<b>x</b>"}, {"purpose": "x\u202ey"}, {"purpose": "🙂"}, {"to_name": " "},
    {"hours": "0"}, {"hours": "2161"}, {"hours": "x"}, {"hours": "99999999999999"}, {"hours": "-99999999999999"},
    {"most_reads": "0"}, {"most_reads": "101"},
])  # fmt: skip
def test_what_was_typed_wrong_is_kept_and_told(held: Any, said: dict[str, str]) -> None:
    browser, cert = held
    answer = browser.post(f"/wallet/{cert.id}/copies", data={"purpose": PURPOSE, "to_name": TO, "hours": "24", **said})
    assert answer.status_code == 422
    assert "需要改正" in answer.text
    assert (TO in answer.text) or "to_name" in said


def test_copies_as_json_and_codes_that_are_guessed(site: Any, held: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    browser, cert = held
    asked = {"json": {"purpose": PURPOSE, "to_name": TO, "hours": 1}, "headers": {"idempotency-key": "copy-1"}}
    first, again = (browser.post(f"/api/certificates/{cert.id}/copies", **asked).json() for _ in "ab")
    assert first == again
    assert "加注件有效" in checked(site, first["code"])
    for _ in "ab":
        assert browser.delete(f"/api/certificates/{cert.id}/copies/{first['id']}").status_code == 200
    assert "已收回" in checked(site, first["code"])
    monkeypatch.setattr(checking.guesses, "need", lambda ip: Throttle(0, 0.1).need("203.0.113.9"))
    with site.client() as anybody:
        assert anybody.post("/check", data={"code": "0"}).status_code == 429


def test_a_printed_certificate_is_checked_by_its_code(site: Any, held: Any, tmp_path: Path, staff: Any) -> None:
    from onedoor.wallet import hcert
    from onedoor.wallet.vault import vault

    browser, cert = held
    file = browser.get(f"/wallet/{cert.id}/certificate.pdf")
    assert "Verification successful" in signed_by_house(file.content, tmp_path)
    assert set("居住证林小晓书院街证照标识") <= letters(file.content)
    now = int(site.house.now().timestamp())
    code = hcert.mint(vault().ring, vault().issuer, cert, ("name", "address"), now, now + 900)
    with site.client() as anybody:
        told = verdict(anybody, code)
        assert (told["result"], told["certificate"]["holder"]) == ("valid", "林*晓")
        assert "林小晓" not in anybody.post("/verify", data={"text": code}).text
    assert "您下载了打印件" in browser.get(f"/wallet/{cert.id}").text
    assert written("林𠮷") == "林〔U+20BB7〕"
