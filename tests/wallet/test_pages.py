"""The wallet through its pages, without a script."""

import re
from typing import Any

import httpx
import pytest

from tests.wallet.conftest import CLAIMS, Office, code_of, verdict


def test_a_resident_finds_opens_and_presents(site: Any, office: Office) -> None:
    browser, cert = office.resident()
    home = browser.get("/wallet").text
    assert "居住证" in home
    assert f'href="/wallet/{cert.id}"' in home
    page = browser.get(f"/wallet/{cert.id}").text
    assert "林*晓" in page
    assert "青禾市东湖区***" in page
    assert CLAIMS["address"] not in page
    assert "尾号 0 4 2 3" in page
    shown = browser.get(f"/wallet/{cert.id}/present").text
    assert "<svg" in shown
    assert "style=" not in shown
    assert 'http-equiv="refresh"' in shown
    text = re.search(r"<code[^>]*>(OC1:[^<]+)</code>", shown)
    assert text is not None
    told = site.client().post("/verify", data={"text": text[1].replace("&amp;", "&")}).text
    assert "证照真实有效" in told
    assert "林*晓" in told
    assert CLAIMS["id_number"] not in told


def test_masked_fields_are_opened_by_a_link(office: Office) -> None:
    browser, cert = office.resident()
    page = browser.get(f"/wallet/{cert.id}?reveal=1").text
    assert CLAIMS["address"] in page
    assert cert.identifier in page
    assert cert.number in page


def test_another_resident_finds_nothing(site: Any, office: Office) -> None:
    _, cert = office.resident()
    other = site.sign_in()
    for path in ("", "/present", "/credential"):
        assert other.get(f"/wallet/{cert.id}{path}").status_code == 404
    assert other.get(f"/api/certificates/{cert.id}").status_code == 404
    assert other.post(f"/api/certificates/{cert.id}/codes").status_code == 404
    assert other.get("/api/certificates").json() == {"items": []}
    for wrong in ("nothing", "person_" + "0" * 32, "cert_" + "z" * 32, "cert_" + "0" * 32, "cert_" + "²" * 32):
        assert other.get(f"/wallet/{wrong}").status_code == 404


def test_nobody_finds_nothing_at_all(client: httpx.Client, office: Office) -> None:
    _, cert = office.resident()
    assert client.get(f"/wallet/{cert.id}", follow_redirects=False).status_code in (303, 401)
    assert client.get("/wallet/offline.json", headers={"accept": "application/json"}).status_code == 401
    assert client.get("/api/certificates").status_code == 401


def test_the_holder_reads_who_has_seen_it(site: Any, office: Office) -> None:
    browser, cert = office.resident()
    browser.get(f"/wallet/{cert.id}/present")
    browser.get(f"/wallet/{cert.id}/present")
    text = code_of(browser, cert)
    assert verdict(site.client(), text)["result"] == "valid"
    page = browser.get(f"/wallet/{cert.id}").text
    assert page.count("您打开了亮证页面") == 1
    assert page.count("有人核验了证照") == 1
    assert "结果：有效" in page


def test_the_downloaded_file_verifies(site: Any, office: Office) -> None:
    browser, cert = office.resident()
    file = browser.get(f"/wallet/{cert.id}/credential")
    assert file.headers["content-type"].startswith("application/dc+sd-jwt")
    assert str(cert.id) in file.headers["content-disposition"]
    told = site.client().post("/verify", data={"text": file.text}).text
    assert "证照真实有效" in told
    assert CLAIMS["id_number"] not in told
    assert "您下载了电子证照" in browser.get(f"/wallet/{cert.id}").text


def test_what_the_device_keeps(site: Any, office: Office) -> None:
    browser, cert = office.resident()
    answer = browser.get("/wallet/offline.json")
    assert answer.headers["cache-control"] == "no-store"
    kept = answer.json()
    (one,) = kept["certificates"]
    assert (one["id"], one["look"], one["state"], one["holder"]) == (str(cert.id), "003", "", "林*晓")
    assert one["qr_svg"].startswith("<svg")
    assert {"label": "姓名", "value": "林*晓", "spoken": "林晓"} in one["fields"]
    assert verdict(site.client(), one["code"])["result"] == "valid"
    assert one["expires_at"] > kept["saved_at"]


def test_an_expired_certificate_is_not_shown(office: Office) -> None:
    browser, cert = office.resident(days=-1)
    assert "已过期" in browser.get("/wallet").text
    page = browser.get(f"/wallet/{cert.id}").text
    assert "已过期" in page
    assert f"/wallet/{cert.id}/present" not in page
    assert browser.get(f"/wallet/{cert.id}/present").status_code == 409
    (one,) = browser.get("/wallet/offline.json").json()["certificates"]
    assert (one["state"], one["code"], one["expires_at"]) == ("已过期", "", None)


def test_looks_come_from_the_city(client: httpx.Client) -> None:
    answer = client.get("/looks.css")
    assert answer.headers["content-type"].startswith("text/css")
    assert ".look-003{--ground:#CFE3F2;--ink:#143E63}" in answer.text


def test_the_page_for_verifying(client: httpx.Client) -> None:
    page = client.get("/verify").text
    assert "<textarea" in page
    assert "verify.js" in page
    assert "<script>" not in page
    english = client.get("/verify", headers={"accept-language": "en"}).text
    assert "Check a certificate" in english


def test_whatever_is_posted_gets_an_answer(client: httpx.Client) -> None:
    for text, words, status in [
        ("", "请扫码或粘贴文字", 200), ("https://example.org", "这不是本市的证照码", 200), ("OC1:ABC", "内容不完整", 200),
        ("x" * 10_000, "这不是本市的证照码", 200), ("OC1:😀", "内容不完整", 200), ("OC1:\x00", "不能使用的字符", 422),
        ("\u202eOC1:", "不能使用的字符", 422), ("<script>alert(1)</script>", "这不是本市的证照码", 200),
    ]:  # fmt: skip
        answer = client.post("/verify", data={"text": text})
        assert answer.status_code == status, text[:20]
        assert words in answer.text, text[:20]
        assert "<script>alert" not in answer.text
    assert client.post("/verify", data={"other": "x"}).status_code == 200
    assert client.post("/verify", content=b"text=%ff%fe", headers={"content-type": "application/x-www-form-urlencoded"}).status_code < 500


def test_one_of_two_takes_a_certificate_out_of_the_own_view(site: Any, office: Office) -> None:
    """A marriage certificate lies in two wallets; what one of them does with it there is nothing to the other, nor to verifiers."""
    phones = site.new_phone(), site.new_phone()
    (she, hers), (he, his) = ((site.sign_in(phone), office.issue(phone, "021", {"spouse": "王敏"})) for phone in phones)
    text = code_of(she, hers)
    page = f"/wallet/{hers.id}"
    assert "移出卡包" in she.get(page).text
    assert he.post(f"{page}/hidden").status_code == 404
    assert she.post(f"{page}/hidden").url.path == "/wallet"
    wallet = she.get("/wallet").text
    assert wallet.index("移出卡包的证照") < wallet.index(page)
    assert she.get("/api/certificates").json()["items"] == []
    assert [one["id"] for one in she.get("/api/certificates?hidden=true").json()["items"]] == [str(hers.id)]
    assert she.get("/wallet/offline.json").json()["certificates"] == []
    assert verdict(site.client(), text)["result"] == "valid"
    assert f'href="/wallet/{his.id}"' in he.get("/wallet").text
    assert "移出卡包的证照" not in he.get("/wallet").text
    assert "放回卡包" in she.get(page).text
    assert she.post(f"{page}/shown").url.path == page
    assert "移出卡包的证照" not in she.get("/wallet").text
    for hidden in (True, True, False):
        assert she.put(f"/api/certificates/{hers.id}/hidden", json={"hidden": hidden}).json() == {"hidden": hidden}
        assert len(she.get("/api/certificates").json()["items"]) == (0 if hidden else 1)
    assert he.put(f"/api/certificates/{hers.id}/hidden", json={"hidden": True}).status_code == 404
    assert she.put(f"/api/certificates/{hers.id}/hidden", json={"hidden": 5}).status_code == 422


@pytest.mark.parametrize("address", ["", "http://[", "https://[::1", "//x", "https://a:99999999/oid4vp/x"])
def test_a_question_from_no_city_is_not_found(site: Any, address: str) -> None:
    answer = site.sign_in().get("/wallet/asked", params={"client_id": "x", "request_uri": address})
    assert answer.status_code == 404
