"""Every page there is, with somebody in front of it and something on it: lists that are full, matters at each stage, refusals."""

import json
import re
import tempfile
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from zoneinfo import ZoneInfo

from playwright.sync_api import APIRequestContext, Browser, Page

from onedoor.kernel import jose, trust
from onedoor.kernel.keys import Keys
from tests.browser.house import CLERK, HOSPITAL, OPERATOR, OTHER_CLERK, REGISTRAR, SUPERVISOR, WARNER, House
from tests.cases.kit import picture
from tests.orgs.kit import stated
from tests.studio.kit import EDITOR, PUBLISHER, REVIEWER, made_service
from tests.studio.test_sheet import made

RESIDENT, UNPROVEN, NOBODY = "13900990001", "13900990005", ""
MOTHER = "13900990003"
FOUNDER, HEAD = "13900990007", "13900990008"
AGENT, PRINCIPAL = "13900990004", "13900990006"
GATES = "13800990609"
MARRIED, STEWARD, POLICE_DATA, CIVIL_DATA = "13900990002", "13800991607", "13800990107", "13800990504"
FEDERATION_DATA, DONGHU_DATA, XISHAN_DATA = "13800991103", "13800990505", "13800990506"
DATA_DESK, OFFICER, AUDITOR = "13800990108", "13800991608", "13800991609"
MUSEUM, HOMES, ALONE = "13800991905", "13800991001", "13800990301"
KEEPER, APPEALS, GRID, SECOND = "13800990611", "13800990612", "13800990613", "13800991606"
WORKER, TRACER, HEAD_OF_TRACING, ALL_OF_IT, TWO_AREAS = "13800990621", "13800990623", "13800990624", "13800990625", "13800990626"
TODAY = f"{datetime.now(ZoneInfo('Asia/Shanghai')):%Y-%m-%d}"  # the city's, which is another than the machine's for hours
COUGH = {"symptoms": "cough", "contact": "no", "division": "990102001001"}
PERMIT = {
    "kind": "renew", "address": "青禾市东湖区柳岸街道春风路 12 号 3 栋 502 室", "housing": "own", "phone": "13900990001",
    "delivery": "wallet",
}  # fmt: skip
INHERITED = {
    "died_name": "李桂兰", "died_id": "990102194908230128", "died_on": "2026-05-01", "relation": "child", "heirs": 2,
    "home": PERMIT["address"], "phone": "13900990001",
}  # fmt: skip
FORMS = {
    "ga-juzhuzheng": (
        {"kind": "new", "reason": "job", "address": PERMIT["address"], "moved_in": "2025-03-01", "housing": "rent", "phone": "13900990001",
         "delivery": "post"},
        ["kind", "address", "moved-in", "phone", "lease", "check"],
    ),
    "mz-linshijiuzhu": ({}, ["story", "family", "income", "check"]),
    "sc-getihu": ({}, ["trade-name", "scope"]),
    "jy-xueshengzheng": ({}, ["student", "school"]),
}  # fmt: skip


def press(selector: str) -> Callable[[Page], None]:
    """Press this and wait for the next page."""

    def do(page: Page) -> None:
        with page.expect_navigation():
            page.locator(selector).first.click()

    return do


def sheet_read(page: Page) -> None:
    """Give a sheet in which one word is not understood."""
    raw = made([["field", "type", "required"], ["Colour", "text", "yes"], ["Shape", "cube", "no"]])
    page.locator("#field-file").set_input_files({"name": "form.xlsx", "mimeType": "application/octet-stream", "buffer": raw})
    press("main form[method=post] .btn:not(.plain)")(page)


def by_number(page: Page) -> None:
    """Look for somebody by a number that is not one."""
    page.locator("details:has(form[action='/desk/find']) > summary").click()
    page.locator("#field-id_number").fill("123")
    press("form[action='/desk/find'] .btn")(page)


def unfold(name: str) -> Callable[[Page], None]:
    """Open one of the clerk's acts."""
    return lambda page: page.locator(f"#act-{name} > summary").click()


def faulty(name: str) -> Callable[[Page], None]:
    """Open one of the clerk's acts and send it empty."""

    def do(page: Page) -> None:
        unfold(name)(page)
        press(f"#act-{name} form .btn")(page)

    return do


def unfold_promise(page: Page) -> None:
    """What would be signed instead of letting a register be asked."""
    page.locator("details:has(button[name='.promise']) > summary").click()


def ask_code(phone: str, then: Callable[[Page], None] | None = None) -> Callable[[Page], None]:
    """Where the code is typed in."""

    def do(page: Page) -> None:
        page.locator("#field-phone").fill(phone)
        press("main form .btn")(page)
        if then:
            then(page)

    return do


def corrected(page: Page) -> None:
    """As far as the look at it."""
    page.locator("#field-reason").fill("地名写错了 place")
    press("main form .btn")(page)


def verify(text: str) -> Callable[[Page], None]:
    def do(page: Page) -> None:
        page.locator("#field-text").fill(text)
        press("#verify-form button")(page)

    return do


@dataclass(frozen=True)
class Screen:
    """One page as one person sees it; `do` is what is pressed there first, `status` what the address answers. An address that is good for
    minutes is made when it is opened."""

    name: str
    who: str
    path: str | Callable[[], str]
    do: Callable[[Page], None] | None = None
    status: int = 200


@dataclass
class World:
    """What the screens show, made through the API as a program would."""

    house: House
    browser: Browser
    hands: dict[str, APIRequestContext] = field(default_factory=dict)

    def hand(self, phone: str) -> APIRequestContext:
        if phone not in self.hands:
            self.hands[phone] = self.house.visitor(self.browser, phone).request
        return self.hands[phone]

    def send(self, phone: str, method: str, path: str, body: Any = None, **headers: str) -> Any:
        answer = self.hand(phone).fetch(path, method=method, data=body, headers={"accept": "application/json", **headers})
        assert answer.ok, f"{method} {path}: {answer.status} {answer.text()[:600]}"
        return answer.json() if "json" in answer.headers.get("content-type", "") else answer.text()

    def asking(self, asked: str) -> str:
        """Where an app's request to sign the resident in waits for the resident."""
        return urlsplit(self.hand(RESIDENT).get(asked, headers={"accept": "text/html"}).url).path

    def linked(self, client_id: str) -> tuple[str, str]:
        """(the app's name for the resident, a token of the app's own) after the resident has signed in to the demo's hospital."""
        secret, verifier = "ods_00000000_demo-hospital-demo-hospital-demo-hospital-00", "v" * 43
        asks = {
            "client_id": client_id, "redirect_uri": "http://127.0.0.1:8100/callback", "response_type": "code", "scope": "openid matters",
            "code_challenge": urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode(), "code_challenge_method": "S256",
        }  # fmt: skip
        back = self.hand(RESIDENT).get("/oauth/authorize?" + urlencode(asks), max_redirects=0)
        code = parse_qs(urlsplit(back.headers["location"]).query)["code"][0]
        form = {"client_id": client_id, "client_secret": secret, "redirect_uri": asks["redirect_uri"], "code_verifier": verifier}
        tokens = self.hand(NOBODY).post("/oauth/token", form={**form, "grant_type": "authorization_code", "code": code}).json()
        payload = tokens["id_token"].split(".")[1]
        own = self.hand(NOBODY).post("/oauth/token", form={**form, "grant_type": "client_credentials"}).json()
        return json.loads(urlsafe_b64decode(payload + "=="))["sub"], own["access_token"]

    def case(self, *moves: tuple[str, Any]) -> Any:
        """A submitted case on which the clerk has done these things."""
        made = self.send(RESIDENT, "POST", "/api/cases", {"item": "ga-juzhuzheng", "answers": PERMIT})
        for path, body in moves:
            self.send(CLERK, "POST", f"/api/cases/{made['id']}/{path}", body)
        return made

    def draft(self, item: str, answers: dict[str, Any]) -> str:
        """The open draft of this item, or a new one."""
        mine = self.send(RESIDENT, "GET", "/api/drafts")["items"]
        made = next((one for one in mine if one["item"] == item), None) or self.send(RESIDENT, "POST", "/api/drafts", {"item": item})
        if answers:
            self.send(RESIDENT, "PUT", f"/api/drafts/{made['id']}/answers", answers, **{"if-match": f'"{made["rev"]}"'})
        return made["id"]

    def registration(self, phone: str, *acts: tuple[str, str]) -> str:
        """A registration of an organisation that the operator has answered so."""
        proof = {"name": "执照.png", "mimeType": "image/png", "buffer": picture()}
        named = {"legal_name": "阿依古丽·买买提"} if phone == HEAD else {}
        answer = self.hand(phone).post("/orgs/register", multipart={**stated(**named), "proof": proof})
        assert "/registrations/" in answer.url, answer.text()[-1500:]
        made = answer.url.split("/registrations/")[1].split("?")[0]
        for n, (act, reason) in enumerate(acts, 1):
            self.hand(REGISTRAR).post(f"/desk/registrations/{made}", form={"act": act, "reason": reason, "rev": str(n)})
        return made

    def code(self, cert: str) -> str:
        """The text of the code on the screen."""
        page = self.hand(RESIDENT).get(f"/wallet/{cert}/present").text()
        return page.split('class="code-text">')[1].split("<")[0]


def screens(world: World) -> list[Screen]:
    """All of them, after making what they show."""
    accepted = ("acceptances", {"words": "材料齐全"})
    more = ("supplement-requests", {"things": [{"label": "单位证明 letter", "kind": "file", "note": "盖章"},
                                              {"label": "说明 words", "kind": "words"}]})  # fmt: skip
    new, asked = world.case(("notes", {"words": "已电话联系", "inner": True})), world.case(accepted, more)
    done, refused = world.case(accepted, ("decisions", {"outcome": "granted", "words": "已办好"})), world.case(
        accepted, ("decisions", {"outcome": "refused", "reason": "居住不满半年", "law": "《居住证暂行条例》第二条"})
    )
    under_way = world.case(accepted)
    correction(world)
    certs = world.send(RESIDENT, "GET", "/api/certificates")["items"]
    cert = next(c["id"] for c in certs if c["type"] == "003") if "type" in certs[0] else certs[0]["id"]
    inbox = world.send(RESIDENT, "GET", "/api/inbox")["items"]
    drafts = {item: world.draft(item, answers) for item, (answers, _) in FORMS.items()}
    found = public(world, cert, new) + resident(world, cert, inbox[0]["id"], drafts, new["id"], asked["id"], done["id"], refused["id"])
    found += studio(world) + passes(world) + gates(world) + watched(world) + vehicles(world)
    found += journeys(world) + tracked(world) + shared(world, cert, new["id"]) + casework(world, drafts["sc-getihu"]) + procedures(world)
    found += mandated(world) + exchanged(world) + given_back(world) + protected(world) + looked_after(world, under_way)
    return found + staff(new["id"], asked["id"], done["id"], under_way["id"]) + organisations(world) + linked(world)


def correction(world: World) -> None:
    """A notice with an earlier text."""
    old = world.send(WARNER, "GET", "/api/notices/dawu-nanpu")
    if not old["earlier"]:
        said = {key: old["notice"][key] for key in ("level", "title", "body", "area", "ends_at")}
        said["detail"] = {"zh": "轮渡 10:00 恢复", "en": "Ferries run again from 10:00"}
        reason = {"zh": "雾散得早", "en": "The fog lifted early"}
        world.send(WARNER, "POST", "/api/notices/dawu-nanpu/corrections", {"rev": old["notice"]["rev"], "words": said, "reason": reason})


def public(world: World, cert: str, case: Any) -> list[Screen]:
    text = world.code(cert)
    return [
        Screen("home, signed out", NOBODY, "/"),
        Screen("hall", NOBODY, "/hall"), Screen("category", NOBODY, "/hall/huzheng"),
        Screen("departments", NOBODY, "/departments"), Screen("department", NOBODY, "/departments/gongan"),
        Screen("articles", NOBODY, "/articles"), Screen("article", NOBODY, "/articles/haizi-chusheng"),
        Screen("life events", NOBODY, "/life"), Screen("life event", NOBODY, "/life/jiehun"),
        Screen("for businesses", NOBODY, "/for/business"),
        Screen("office", NOBODY, "/offices/zhengwu-dating"), Screen("nearby", NOBODY, "/nearby?street=990105002"),
        Screen("nearby, a service", NOBODY, "/nearby?item=ga-juzhuzheng&street=990102001"),
        Screen("nearby, fault", NOBODY, "/nearby?lat=x&lon=y", None, 422),
        Screen("guide", NOBODY, "/items/ga-juzhuzheng"), Screen("guide at a counter", NOBODY, "/items/ga-ertongshenfenzheng", None, 0),
        Screen("search", NOBODY, "/search?q=residence+permit"), Screen("search, nothing", NOBODY, "/search?q=zzqqxx"),
        Screen("search, empty", NOBODY, "/search"), Screen("search, urgent", NOBODY, "/search?q=%E5%AE%B6%E6%9A%B4"),
        Screen("search, a place", NOBODY, "/search?q=donghu+district+residence+permit"),
        Screen("search, meant", NOBODY, "/search?q=siyejin"), Screen("another site", NOBODY, "/go/wj-guahao"),
        Screen("search, a number", NOBODY, "/search?q=990105199203180222"),
        Screen("search, wished", NOBODY, "/search?q=zzqqxx", press("form[action='/search/wish'] button")),
        Screen("districts", NOBODY, "/districts?next=/hall"),
        Screen("quality", NOBODY, "/quality"), Screen("quality of a service", NOBODY, "/quality/items/mz-linshijiuzhu"),
        Screen("quality of a department", NOBODY, "/quality/departments/gongan?period=year"),
        Screen("asked once", NOBODY, "/about/asked-once"),
        Screen("quality, nothing yet", NOBODY, "/quality/items/cl-fuju"), Screen("quality, wrong", NOBODY, "/quality?period=x", None, 422),
        Screen("notices", NOBODY, "/notices"), Screen("notice", NOBODY, "/notices/shanhong-beiling"),
        Screen("login", NOBODY, "/login"), Screen("login, fault", NOBODY, "/login", press("main form .btn")),
        Screen("code", NOBODY, "/login", ask_code("13700009991")),
        Screen("code, fault", NOBODY, "/login", ask_code("13700009992", press("main form .btn"))),
        Screen("verify", NOBODY, "/verify"), Screen("verify, genuine", NOBODY, "/verify", verify(text)),
        Screen("verify, forged", NOBODY, "/verify", verify(text[:-9] + "AAAAAAAAA")),
        Screen("verify, empty", NOBODY, "/verify", press("#verify-form button")),
        Screen("status", NOBODY, "/status"), Screen("status of a case", NOBODY, f"/status?number={case['number']}"),
        Screen("status, wrong", NOBODY, "/status?number=QH1", None, 422),
        Screen("not found", NOBODY, "/nothing-here", None, 404), Screen("no such service", NOBODY, "/items/no-such", None, 404),
        Screen("about a problem", NOBODY, "/problems/not-found"), Screen("demo outbox", NOBODY, "/demo/outbox"),
    ]  # fmt: skip


def resident(
    world: World, cert: str, message: str, drafts: dict[str, str], new: str, asked: str, done: str, refused: str
) -> list[Screen]:
    questions = [Screen(f"{item}/{ask}", RESIDENT, f"/drafts/{drafts[item]}/{ask}") for item, (_, asks) in FORMS.items() for ask in asks]
    main = ".btn:not(.plain)"
    faults = [
        Screen("question, fault", RESIDENT, f"/drafts/{drafts['mz-linshijiuzhu']}/story", press(f"main form[method=post] {main}")),
        Screen("date, fault", RESIDENT, f"/drafts/{drafts['sc-getihu']}/opens-on", press(f"main form[method=post] {main}")),
        Screen("paper, fault", RESIDENT, f"/drafts/{drafts['ga-juzhuzheng']}/lease", press(f"main form[method=post] {main}")),
        Screen("check, fault", RESIDENT, f"/drafts/{drafts['mz-linshijiuzhu']}/check", press(f"main form[method=post] {main}")),
    ]
    return [
        *questions, *faults, Screen("home", RESIDENT, "/"),
        Screen("a promise instead", RESIDENT, f"/drafts/{drafts['mz-linshijiuzhu']}/account", unfold_promise),
        Screen("guide, signed in", RESIDENT, "/items/ga-juzhuzheng"), Screen("my services", RESIDENT, "/me/frequent"),
        Screen("my services, undo", RESIDENT, "/me/frequent?done=hide&item=ga-gangao&was=n"),
        Screen("notice, signed in", RESIDENT, "/notices/shanhong-beiling"), Screen("notice, corrected", RESIDENT, "/notices/dawu-nanpu"),
        Screen("me", RESIDENT, "/me"), Screen("devices", RESIDENT, "/me/devices"), Screen("looks", RESIDENT, "/me/data"),
        Screen("real name, done", RESIDENT, "/identity/real-name"),
        Screen("real name", UNPROVEN, "/identity/real-name"),
        Screen("real name, fault", UNPROVEN, "/identity/real-name", press("main form .btn")),
        Screen("me, not proven", UNPROVEN, "/me"), Screen("apply, not proven", UNPROVEN, "/apply/ga-juzhuzheng"),
        Screen("empty wallet", UNPROVEN, "/wallet"), Screen("no cases", UNPROVEN, "/me/cases"), Screen("no drafts", UNPROVEN, "/me/drafts"),
        Screen("empty inbox", UNPROVEN, "/inbox"), Screen("no views", UNPROVEN, "/me/data"), Screen("home, empty", UNPROVEN, "/"),
        Screen("inbox", RESIDENT, "/inbox"), Screen("message", RESIDENT, f"/inbox/{message}"),
        Screen("wallet", RESIDENT, "/wallet"), Screen("certificate", RESIDENT, f"/wallet/{cert}"),
        Screen("certificate, whole", RESIDENT, f"/wallet/{cert}?reveal=1"), Screen("present", RESIDENT, f"/wallet/{cert}/present"),
        Screen("before applying", RESIDENT, "/apply/ga-wufanzui"), Screen("before resuming", RESIDENT, "/apply/ga-juzhuzheng"),
        Screen("drafts", RESIDENT, "/me/drafts"), Screen("delete a draft", RESIDENT, f"/drafts/{drafts['sc-getihu']}/delete"),
        Screen("my cases", RESIDENT, "/me/cases"), Screen("receipt", RESIDENT, f"/cases/{new}?new=1"),
        Screen("case", RESIDENT, f"/cases/{new}"),
        Screen("case, asked", RESIDENT, f"/cases/{asked}"), Screen("case, done", RESIDENT, f"/cases/{done}"),
        Screen("case, refused", RESIDENT, f"/cases/{refused}"),
        Screen("supplement", RESIDENT, f"/cases/{asked}/supplement"),
        Screen("supplement, fault", RESIDENT, f"/cases/{asked}/supplement", press(f"main form[method=post] {main}")),
        Screen("withdraw", RESIDENT, f"/cases/{new}/withdraw"), Screen("rate", RESIDENT, f"/cases/{done}/rate"),
        Screen("rate, fault", RESIDENT, f"/cases/{done}/rate", press(f"main form[method=post] {main}")),
        Screen("log out", RESIDENT, "/logout"), Screen("not for you", RESIDENT, "/desk/inbox", None, 403),
        Screen("no such case", RESIDENT, "/cases/case_00000000000000000000000000000000", None, 404),
        Screen("not to rate", RESIDENT, f"/cases/{new}/rate", None, 409),
    ]  # fmt: skip


def shared(world: World, cert: str, case: str) -> list[Screen]:
    """What leaves the wallet: copies, consents, other wallets, and a verifier who asks."""
    mine = world.hand(RESIDENT)
    copy = urlsplit(mine.post(f"/wallet/{cert}/copies", form={"purpose": "admission", "to_name": "A school", "hours": "24"}).url).path
    code = mine.get(copy).text().split('class="num">')[1].split("<")[0]
    ticked = urlencode([("type", "001"), ("mode", "case"), ("claims", "holder_name"), ("claims", "certificate_number")])
    mine.post(f"/cases/{case}/certificates", data=ticked, headers={"content-type": "application/x-www-form-urlencoded"})
    def asked(purpose: str) -> str:
        return urlsplit(world.hand(MUSEUM).post("/presentations", form={"purpose": purpose}).url).path

    def sheet(purpose: str) -> str:
        return asked(purpose).replace("/presentations/", "/oid4vp/") + "/sheet"

    answered = asked("adult")
    mine.post(answered.replace("/presentations/", "/oid4vp/") + "/sheet", form={"type": "001"})
    button = "main form .btn:not(.plain)"
    out = next(one["id"] for one in world.send(MARRIED, "GET", "/api/certificates")["items"] if one["type"] == "014")
    world.send(MARRIED, "PUT", f"/api/certificates/{out}/hidden", {"hidden": True})
    return [
        Screen("wallet, one taken out", MARRIED, "/wallet"),
        Screen("certificate, taken out", MARRIED, f"/wallet/{out}"),
        Screen("wallet's log", RESIDENT, "/wallet/log"), Screen("wallet's log, empty", UNPROVEN, "/wallet/log"),
        Screen("copies", RESIDENT, f"/wallet/{cert}/copies"), Screen("copies, fault", RESIDENT, f"/wallet/{cert}/copies", press(button)),
        Screen("copy", RESIDENT, copy), Screen("check", NOBODY, "/check"), Screen("check, fault", NOBODY, "/check", press(button)),
        Screen("check, scanned", NOBODY, f"/check/{code.replace(' ', '')}", press(button)),
        Screen("check, unknown", NOBODY, "/check/0000000000", press(button)),
        Screen("into another wallet", RESIDENT, f"/wallet/{cert}", press("form[action$='/offers'] .btn")),
        Screen("consents", RESIDENT, "/wallet/consents"), Screen("consents, none", UNPROVEN, "/wallet/consents"),
        Screen("consent sheet", RESIDENT, f"/cases/{case}/certificates"),
        Screen("consents on the desk", CLERK, f"/desk/cases/{case}/certificates"),
        Screen("a verifier asks", RESIDENT, lambda: sheet("adult")),
        Screen("a verifier asks, nothing to show", UNPROVEN, lambda: sheet("adult")),
        Screen("a verifier asks for one of two", RESIDENT, lambda: sheet("senior-ticket")),
        Screen("shown, and over", NOBODY, "/oid4vp/done?response_code=x", None, 404),
        Screen("ask a wallet", MUSEUM, "/presentations"), Screen("ask a wallet, fault", MUSEUM, "/presentations", press(button)),
        Screen("ask a wallet, waiting", MUSEUM, lambda: asked("senior-ticket")), Screen("ask a wallet, answered", MUSEUM, answered),
    ]  # fmt: skip


def journeys(world: World) -> list[Screen]:
    """A run of which one part cannot be handed in, a draft, an offer, and nothing yet."""
    said = {"has_card": "no", "income": "none", "pension": "employee", "disability_kind": "sight", "card_hospital": "first",
            "card_visit": "walk", "address": PERMIT["address"], "phone": "13900990001", "payee": "social"}  # fmt: skip
    run = world.send(RESIDENT, "POST", "/api/journeys/disability/runs", {"answers": said})["id"]
    draft = world.draft("journey-birth", {"certificate": "no", "registered": "no", "order": "1"})
    offer = world.send(MOTHER, "GET", "/api/proposals")["items"][0]["id"]
    check, main = f"/journeys/birth/check/{draft}", "main form[method=post] .btn:not(.plain)"
    take = press(f"form[action='/me/benefits/{offer}'] .btn:not(.plain)")
    return [
        Screen("journeys", NOBODY, "/journeys"), Screen("journey", NOBODY, "/journeys/restaurant"),
        Screen("journey, to be resumed", RESIDENT, "/journeys/birth"), Screen("journey, not proven", UNPROVEN, "/journeys/birth"),
        Screen("life event with a journey", NOBODY, "/life/canji"), Screen("guide with a journey", NOBODY, "/items/rs-tuixiu"),
        Screen("journey/certificate", RESIDENT, f"/drafts/{draft}/certificate"),
        Screen("journey/child", RESIDENT, f"/drafts/{draft}/certificate-child-name"),
        Screen("journey, check", RESIDENT, check), Screen("journey, check, fault", RESIDENT, check, press(main)),
        Screen("run, new", RESIDENT, f"/runs/{run}?new=1"), Screen("run", RESIDENT, f"/runs/{run}"),
        Screen("run, withdraw", RESIDENT, f"/runs/{run}/withdraw"),
        Screen("run, withdraw, fault", RESIDENT, f"/runs/{run}/withdraw", press("main form[method=post] .btn")),
        Screen("my runs", RESIDENT, "/me/runs"), Screen("no runs", UNPROVEN, "/me/runs"),
        Screen("benefits", NOBODY, "/benefits"), Screen("offers", MOTHER, "/me/benefits"), Screen("no offers", UNPROVEN, "/me/benefits"),
        Screen("offer", MOTHER, f"/me/benefits/{offer}"), Screen("offer, fault", MOTHER, f"/me/benefits/{offer}", take),
        Screen("no such journey", NOBODY, "/journeys/none", None, 404),
    ]  # fmt: skip


def passes(world: World) -> list[Screen]:
    """A resident with a colour and an appeal, somebody who has not declared, and the desks."""
    mine = world.hand(RESIDENT)
    mine.post("/passes/epi-2026/declare", form=COUGH | {"symptoms": "fever", "temp": "37.5"})
    mine.post("/passes/epi-2026/appeal", form={"words": "没有发热 no fever"})
    appeal = mine.get("/passes/epi-2026/why").text().split("/passes/epi-2026/appeal/")[1].split("/")[0]
    stands = {"name": "李桂兰", "id_number": "990102194908230128", "scheme": "epi-2026"}
    counter = urlsplit(world.hand(GRID).post("/desk/passes/counter", form=stands).url).path
    main = "main form[method=post] .btn:not(.plain)"
    return [
        Screen("my passes", RESIDENT, "/passes"), Screen("pass", RESIDENT, "/passes/epi-2026"),
        Screen("why", RESIDENT, "/passes/epi-2026/why"),
        Screen("why, told by text", RESIDENT, "/passes/epi-2026/why", press("main [name=step]")),
        Screen("no deletion yet", NOBODY, "/passes/schemes/epi-2026/deletion", None, 404),
        Screen("pass, not declared", UNPROVEN, "/passes/epi-2026"), Screen("declare", RESIDENT, "/passes/epi-2026/declare"),
        Screen("declare, fault", UNPROVEN, "/passes/epi-2026/declare", press(main)),
        Screen("appeal", RESIDENT, "/passes/epi-2026/appeal"), Screen("appeal, fault", RESIDENT, "/passes/epi-2026/appeal", press(main)),
        Screen("family", RESIDENT, "/passes/family"), Screen("family, fault", RESIDENT, "/passes/family", press(main)),
        Screen("schemes", NOBODY, "/passes/schemes"), Screen("scheme", NOBODY, "/passes/schemes/epi-2026"),
        Screen("scheme, gates by number", NOBODY, "/passes/schemes/flood-2026"),
        Screen("desk, schemes", KEEPER, "/desk/passes"), Screen("desk, scheme", KEEPER, "/desk/passes/schemes/epi-2026"),
        Screen("desk, draft of a scheme", SECOND, "/desk/passes/schemes/expo-2026"),
        Screen("desk, rules", KEEPER, "/desk/passes/schemes/epi-2026/versions/1"),
        Screen("desk, appeals", APPEALS, "/desk/passes/appeals"), Screen("desk, appeal", APPEALS, f"/desk/passes/appeals/{appeal}"),
        Screen("desk, appeal, fault", APPEALS, f"/desk/passes/appeals/{appeal}", press(main)),
        Screen("desk, at the counter", GRID, counter), Screen("desk, at the counter, fault", GRID, counter, press(main)),
        Screen("case report", GRID, "/desk/passes/report"), Screen("case report, fault", GRID, "/desk/passes/report", press(main)),
        Screen("desk, counter", GRID, "/desk/passes/counter"), Screen("desk, counter, fault", GRID, "/desk/passes/counter", press(main)),
    ]  # fmt: skip


def tracked(world: World) -> list[Screen]:
    """Looks at a resident, one asked about, one answered and disputed; the department's desk; the data-protection officer."""
    answered, asked, fresh, plain = looks_of_police(world)
    which = world.send(RESIDENT, "POST", f"/api/me/data/{answered}/challenges", {"kind": "wrong", "words": "地址不对 wrong address"})["id"]
    law = "《居住证暂行条例》第九条"
    world.send(DATA_DESK, "POST", f"/api/desk/questions/{which}/answers", {"basis": law, "words": "核对住址 checked"})
    waiting = world.send(RESIDENT, "POST", f"/api/me/data/{asked}/challenges", {"kind": "why"})["id"]
    disputed = world.send(RESIDENT, "POST", f"/api/me/data/{fresh}/challenges", {"kind": "wrong", "words": "查错人了 not me"})["id"]
    world.send(DATA_DESK, "POST", f"/api/desk/questions/{disputed}/answers", {"basis": law, "words": "是您 it was you"})
    world.send(RESIDENT, "POST", f"/api/me/data/{fresh}/contests", {"words": "不是我 it was not"})
    main = "main form[method=post] .btn"
    return [
        Screen("looks, none like this", RESIDENT, "/me/data?action=print"), Screen("look", RESIDENT, f"/me/data/{plain}"),
        Screen("look, fault", RESIDENT, f"/me/data/{plain}", ask_wrong), Screen("look, asked", RESIDENT, f"/me/data/{asked}"),
        Screen("look, answered", RESIDENT, f"/me/data/{answered}"),
        Screen("look, contest, fault", RESIDENT, f"/me/data/{answered}", press(main)),
        Screen("no such look", RESIDENT, "/me/data/99999", None, 404), Screen("how departments answer", NOBODY, "/about/data"),
        Screen("questions", DATA_DESK, "/desk/questions"), Screen("questions, answered", DATA_DESK, "/desk/questions?tab=done"),
        Screen("question to answer", DATA_DESK, f"/desk/questions/{waiting}"),
        Screen("question to answer, fault", DATA_DESK, f"/desk/questions/{waiting}", press(main)),
        Screen("audit", OFFICER, "/audit"), Screen("audit, refused", OFFICER, "/audit/refused"),
        Screen("audit, seals", OFFICER, "/audit/seals"), Screen("audit, findings", OFFICER, "/audit/findings"),
        Screen("audit, disputed", OFFICER, f"/audit/questions/{disputed}"),
        Screen("audit, disputed, fault", OFFICER, f"/audit/questions/{disputed}", press(main)),
        Screen("audit, no such reader", OFFICER, "/audit/readers/2026-01-01/x", None, 404),
    ]  # fmt: skip


def looks_of_police(world: World) -> list[int]:
    """Four looks by clerks of the police about which nothing has been asked."""
    for _ in range(4):
        world.hand(CLERK).get(f"/desk/cases/{world.case()['id']}")
    found, before = list[int](), 0
    while len(found) < 4 and before is not None:
        some = world.send(RESIDENT, "GET", f"/api/me/data?before={before}")
        found += [one["seq"] for one in some["items"]
                  if one["kind"] == "clerk" and one["department"]["zh"] == "青禾市公安局" and not one["asked"]]  # fmt: skip
        before = some["next"]
    return found[:4]


def ask_wrong(page: Page) -> None:
    """Say that something is wrong, and not what."""
    page.locator("input[name=kind][value=wrong]").check()
    press("main form[method=post] .btn")(page)


def gates(world: World) -> list[Screen]:
    """The code of somebody who has declared, moving, still and on paper; the gate before it is enrolled, and who keeps gates."""
    keeper = world.hand(GATES)
    made = keeper.post("/passes/gates", form={"name": "东门", "place_name": "柳岸小区", "direction": "both", "kind": "guard"})
    gate = page_ids(made.text(), "/passes/gates/gate_")
    main = "main form[method=post] .btn:not(.plain)"
    return [
        Screen("code", RESIDENT, "/passes/code"), Screen("code, signed out", NOBODY, "/passes/code"),
        Screen("code without scripts", RESIDENT, "/passes/code/plain"), Screen("no code", UNPROVEN, "/passes/code/plain"),
        Screen("paper", RESIDENT, "/passes/paper"), Screen("paper, printed", RESIDENT, "/passes/paper", press(main)),
        Screen("visits", RESIDENT, "/passes/visits"), Screen("gate", NOBODY, "/gate"),
        Screen("gates", GATES, "/passes/gates"), Screen("gates, fault", GATES, "/passes/gates", press(main)),
        Screen("one gate", GATES, gate),
    ]  # fmt: skip


def watched(world: World) -> list[Screen]:
    """Whoever looks after a part of the city, somebody who traces, and whom both see."""
    order = {
        "scheme": "epi-2026", "case_no": "QH-2026-0001", "disease": "X", "basis": "《传染病防治法》第四十条", "purpose": "找出一起待过的人",
        "id_number": "990105199203180222", "first": TODAY, "last": TODAY,
    }  # fmt: skip
    asked = urlsplit(world.hand(TRACER).post("/supervise/orders", form=order).url).path
    agreed = urlsplit(world.hand(TRACER).post("/supervise/orders", form=order | {"case_no": "QH-2026-0003"}).url).path
    assert world.hand(HEAD_OF_TRACING).post(f"{agreed}/approve").ok
    main, leave = "main form[method=post] .btn:not(.plain)", "main form[action$=export] .btn"
    return [
        Screen("part of the city", TRACER, "/supervise/990102?scheme=epi-2026"), Screen("where I begin", TWO_AREAS, "/supervise"),
        Screen("part of the city, hidden counts", HEAD_OF_TRACING, "/supervise/990102?scheme=epi-2026"),
        Screen("regions below", ALL_OF_IT, "/supervise/regions"), Screen("whole city", ALL_OF_IT, "/supervise/9901?scheme=epi-2026"),
        Screen("not green", WORKER, "/supervise/990102001001/list?scheme=epi-2026"),
        Screen("not green, fault", WORKER, "/supervise/990102001001/list?scheme=epi-2026", press(leave)),
        Screen("reported cases", TRACER, "/supervise/reports"),
        Screen("orders", TRACER, "/supervise/orders"), Screen("order", TRACER, asked), Screen("order, to agree to", HEAD_OF_TRACING, asked),
        Screen("order, other regions", TRACER, agreed, press("main form[action$=away] .btn")),
        Screen("new order", TRACER, "/supervise/orders/new"), Screen("new order, fault", TRACER, "/supervise/orders/new", press(main)),
        Screen("who sees my colour", RESIDENT, "/passes/members"), Screen("who sees, fault", RESIDENT, "/passes/members", press(main)),
        Screen("our members' passes", HEAD, "/supervise/members?scheme=epi-2026"),
    ]  # fmt: skip


def vehicles(world: World) -> list[Screen]:
    """Passes of two vehicles: one that is out, one that waits; forms with faults; the desk of who decides."""
    driver, keeper = world.hand(RESIDENT), world.hand(KEEPER)
    asked = {
        "scheme": "epi-2026", "plate": "鄂A12345", "use": "freight", "route": "9901", "starts_on": TODAY, "ends_on": TODAY,
    }  # fmt: skip
    own, waits = (urlsplit(driver.post("/passes/vehicles", form=asked | more).url).path for more in ({"purpose": "XX"}, {"purpose": "XY"}))
    listed = keeper.get("/desk/passes/vehicles").text()
    desk, waiting = (next(one for one in re.findall(r'href="(/desk/passes/vehicles/[^"]+)"', listed) if one.endswith(which.split("/")[-1]))
                     for which in (own, waits))  # fmt: skip
    assert keeper.post(f"{desk}/issue").ok
    main = "main form[method=post] .btn:not(.plain)"
    return [
        Screen("vehicles", RESIDENT, "/passes/vehicles"), Screen("no vehicles", MOTHER, "/passes/vehicles"),
        Screen("vehicle, new", RESIDENT, "/passes/vehicles/new"), Screen("vehicle, fault", RESIDENT, "/passes/vehicles/new", press(main)),
        Screen("vehicle", RESIDENT, own), Screen("vehicle, waits", RESIDENT, waits),
        Screen("desk, vehicles", KEEPER, "/desk/passes/vehicles"), Screen("desk, vehicle", KEEPER, desk),
        Screen("desk, vehicle, waits", KEEPER, waiting),
        Screen("desk, vehicle, fault", KEEPER, waiting, press("main form[action$=refuse] .btn")),
    ]  # fmt: skip


def studio(world: World) -> list[Screen]:
    """A draft with everything in it, one that is being read, and what is out."""
    draft = made_service(world.hand(EDITOR), "wl-screens")
    sent = made_service(world.hand(EDITOR), "wl-screens-sent")
    world.hand(EDITOR).post(f"{draft}/trial", form={"phones": RESIDENT})
    tried = made_service(world.hand(EDITOR), "wl-screens-tried", paper=False)
    world.hand(EDITOR).post(f"{tried}/trial", form={"phones": RESIDENT})
    answers = {"area": "o1", "often": 1, "why": "To read", "since": "2025-03-01", "young": "no", "phone": RESIDENT}
    handed = {"item": "try-" + tried.rpartition("_")[2], "answers": answers, "attachments": []}
    case = f"{tried}/trial/cases/{world.send(RESIDENT, 'POST', '/api/cases', handed)['number']}"
    world.hand(EDITOR).post(f"{sent}/send")
    main = "main form[method=post] .btn:not(.plain)"
    parts = ("basics", "guide", "steps/0", "materials/0", "questions/2", "questions/4", "questions/8", "papers/0", "process",
             "specials/new", "certificate")
    looks = [
        Screen(f"preview, {screen}, {look}", EDITOR, f"{draft}/preview/{screen}?look={look}")
        for screen, look in (("guide", "phone"), ("area", "phone"), ("family", "phone"), ("file-paper-1", "phone"), ("area", "spoken"))
    ]
    return [
        *looks, *(Screen(f"studio, {part}", EDITOR, f"{draft}/parts/{part}") for part in parts),
        Screen("studio", EDITOR, "/studio"), Screen("studio, nothing", EDITOR, "/studio?stage=scheduled"),
        Screen("new service", EDITOR, "/studio/new"), Screen("new service, fault", EDITOR, "/studio/new", press(main)),
        Screen("import", EDITOR, "/studio/import"), Screen("import, fault", EDITOR, "/studio/import", press(main)),
        Screen("draft", EDITOR, draft), Screen("draft, being read", REVIEWER, sent), Screen("draft, taken back", EDITOR, sent),
        Screen("discard", EDITOR, f"{draft}/discard"), Screen("preview", EDITOR, f"{draft}/preview"),
        Screen("trial", EDITOR, f"{draft}/trial"), Screen("trial, handed in", EDITOR, f"{tried}/trial"),
        Screen("trial, one case", EDITOR, case),
        Screen("sheet", EDITOR, f"{draft}/sheet"), Screen("sheet, fault", EDITOR, f"{draft}/sheet", press(main)),
        Screen("sheet, read", EDITOR, f"{draft}/sheet", sheet_read),
        Screen("trial, fault", EDITOR, f"{sent}/trial", press(main)), Screen("publish", PUBLISHER, f"{sent}/publish"),
        Screen("published", EDITOR, "/studio/services"), Screen("versions", PUBLISHER, "/studio/services/wl-jieshuzheng"),
        Screen("new version", EDITOR, "/studio/services/wl-jieshuzheng"),
    ]  # fmt: skip


def staff(new: str, asked: str, done: str, under_way: str) -> list[Screen]:
    case = f"/desk/cases/{under_way}"
    opened = [Screen(f"desk, {act}", CLERK, case, unfold(act)) for act in ("ask", "grant", "refuse", "transfer", "note")]
    return [
        *opened, Screen("desk inbox", CLERK, "/desk/inbox"), Screen("desk inbox, mine", CLERK, "/desk/inbox?tab=mine"),
        Screen("desk inbox, search", CLERK, "/desk/inbox?tab=mine&q=林晓"), Screen("desk inbox, nothing", CLERK, "/desk/inbox?q=zzz"),
        Screen("desk inbox, done", CLERK, "/desk/inbox?tab=done"),
        Screen("desk, by number", CLERK, "/desk/inbox", by_number),
        Screen("desk inbox, none ticked", CLERK, "/desk/inbox", press("form[action='/desk/claim'] > .btn")),
        Screen("desk case", CLERK, f"/desk/cases/{new}"), Screen("desk, accept", CLERK, f"/desk/cases/{new}", unfold("accept")),
        Screen("desk, decline", CLERK, f"/desk/cases/{new}", unfold("decline")),
        Screen("desk case, asked", CLERK, f"/desk/cases/{asked}"), Screen("desk case, done", CLERK, f"/desk/cases/{done}?done=grant"),
        Screen("overdue", SUPERVISOR, "/desk/overdue"), Screen("load", SUPERVISOR, "/desk/load"),
        Screen("all", SUPERVISOR, "/desk/inbox?tab=all"),
        Screen("desk, assign", SUPERVISOR, case, unfold("assign")),
        Screen("desk, revoke", SUPERVISOR, f"/desk/cases/{done}", unfold("revoke")),
        Screen("desk, reissue", SUPERVISOR, f"/desk/cases/{done}", unfold("reissue")),
        Screen("another office's case", OTHER_CLERK, f"/desk/cases/{new}", None, 0),
        Screen("desk notices", WARNER, "/desk/notices"), Screen("desk notice", WARNER, "/desk/notices/dawu-nanpu"),
        Screen("desk, new notice", WARNER, "/desk/notices/new"),
        Screen("desk, new notice, fault", WARNER, "/desk/notices/new", press("main form .btn")),
        Screen("desk, correct a notice", WARNER, "/desk/notices/dawu-nanpu/correct"),
        Screen("desk, look at a notice", WARNER, "/desk/notices/shanhong-beiling/correct", corrected),
        Screen("desk, end a notice", WARNER, "/desk/notices/dawu-nanpu/end"),
        Screen("operator", OPERATOR, "/operator"), Screen("desk, search", REGISTRAR, "/desk/search"),
        Screen("desk, names", REGISTRAR, "/desk/search?tab=learnt"), Screen("desk, wishes", REGISTRAR, "/desk/search?tab=wishes"),
        Screen("desk, proposed names", REGISTRAR, "/desk/search?tab=proposed"),
    ]  # fmt: skip


def looked_after(world: World, case: Any) -> list[Screen]:
    """Cases that an auditor counts anew, one of which a rule has granted; cases that somebody was not content with."""
    grant = (("acceptances", {"words": "材料齐全"}), ("decisions", {"outcome": "granted", "words": "已办好"}))
    poor, called, answered = (world.case(*grant)["id"] for _ in range(3))
    for one in (poor, called, answered):
        words = {"stars": 2, "tags": ["slow"], "words": "等了很久 a long wait"}
        world.send(RESIDENT, "POST", f"/api/cases/{one}/ratings", words)
    desk, button = "/desk/ratings", "main form .btn"
    for one in (called, answered):
        assert world.hand(SUPERVISOR).post(f"{desk}/{one}", form={"heard": "没人叫号 nobody called"}).ok
    assert world.hand(SUPERVISOR).post(f"{desk}/{answered}", form={"answer": "已加开窗口 one more window"}).ok
    elder = next(one for one in iter(world.house.newcomer, None) if one["birth_on"] < "1964")
    world.send(elder["phone"], "POST", "/api/me/real-name", {key: elder[key] for key in ("name", "id_number")})
    card = {
        "address": PERMIT["address"], "contact_name": "王小满", "contact_phone": "13900001234", "relation": "child", "delivery": "wallet",
        "phone": elder["phone"],
    }  # fmt: skip
    ruled = world.send(elder["phone"], "POST", "/api/cases", {"item": "mz-laonianzheng", "answers": card})["id"]
    return [
        Screen("audit a case", AUDITOR, "/audit/cases"), Screen("audit a case, fault", AUDITOR, "/audit/cases?number=QH1", None, 422),
        Screen("audit of a case", AUDITOR, f"/audit/cases/{case['id']}"), Screen("audit of a rule", AUDITOR, f"/audit/cases/{ruled}"),
        Screen("me, an auditor", AUDITOR, "/me"),
        Screen("ratings", SUPERVISOR, desk), Screen("rating", SUPERVISOR, f"{desk}/{poor}"),
        Screen("rating, fault", SUPERVISOR, f"{desk}/{poor}", press(button)),
        Screen("rating, called", SUPERVISOR, f"{desk}/{called}"),
        Screen("rating, called, fault", SUPERVISOR, f"{desk}/{called}", press(button)),
        Screen("rating, answered", SUPERVISOR, f"{desk}/{answered}"), Screen("case, poorly rated", RESIDENT, f"/cases/{poor}"),
        Screen("case, rating answered", RESIDENT, f"/cases/{answered}"),
    ]  # fmt: skip


def casework(world: World, draft: str) -> list[Screen]:
    """A case with a document owed, a promise, a question to another department, and a person at a counter."""
    rented = PERMIT | {"kind": "new", "reason": "home", "housing": "rent", "moved_in": "2025-03-01"}
    owed, promised = (
        world.send(RESIDENT, "POST", "/api/cases", {"item": "ga-juzhuzheng", "answers": rented, "later": {"lease": how}})["id"]
        for how in ("owe", "promise")
    )  # fmt: skip
    asked = {"department": "renshe", "question": "Is this person insured here?", "share": ["housing"]}
    opinion = world.send(CLERK, "POST", f"/api/cases/{owed}/opinions", asked)["id"]
    person = {"ticket": "A012", "item": "ga-wufanzui", "id_number": "99010519691231009X"}
    turn, handed = (
        f"/desk/counter/{world.send(SUPERVISOR, 'POST', '/api/desk/counter', person | {'id_number': who})['id']}"
        for who in ("990102194908230128", person["id_number"])
    )
    record = {"purpose": "job", "recipient": "A school", "period": "always", "phone": PRINCIPAL}
    world.send(SUPERVISOR, "POST", f"/api{handed}/answers", {"answers": record})
    world.hand(PRINCIPAL)
    before = world.house.code(PRINCIPAL)
    world.send(SUPERVISOR, "POST", f"/api{handed}/codes")
    world.send(SUPERVISOR, "POST", f"/api{handed}/submissions", {"code": world.house.code(PRINCIPAL, before)})
    return [
        Screen("documents owed", RESIDENT, f"/cases/{owed}/papers"), Screen("case, owed", RESIDENT, f"/cases/{owed}"),
        Screen("documents owed, fault", RESIDENT, f"/cases/{owed}/papers", press("main form .btn")),
        Screen("promises", RESIDENT, "/me/promises"), Screen("no promises", UNPROVEN, "/me/promises"),
        Screen("hand over a draft", RESIDENT, f"/drafts/{draft}/hand-over"),
        Screen("hand over, code", RESIDENT, f"/drafts/{draft}/hand-over", press("main form .btn")),
        Screen("desk case, promised", CLERK, f"/desk/cases/{promised}", unfold("promise")),
        Screen("desk, consult", CLERK, f"/desk/cases/{promised}", unfold("consult")),
        Screen("opinions", OTHER_CLERK, "/desk/opinions"), Screen("opinion", OTHER_CLERK, f"/desk/opinions/{opinion}"),
        Screen("opinion, fault", OTHER_CLERK, f"/desk/opinions/{opinion}", press("main form .btn")),
        Screen("cover", SUPERVISOR, "/desk/cover"), Screen("cover, fault", SUPERVISOR, "/desk/cover", press("main form .btn")),
        Screen("counter", CLERK, "/desk/counter"), Screen("counter, fault", CLERK, "/desk/counter", press("main form .btn")),
        Screen("counter, a person", SUPERVISOR, turn), Screen("counter, summary", SUPERVISOR, f"{turn}/summary"),
        Screen("counter, receipt", SUPERVISOR, f"{handed}/receipt"), *counter_consents(world, person),
    ]  # fmt: skip


def counter_consents(world: World, person: dict[str, str]) -> list[Screen]:
    """The sheet before a person at a counter, their yes, the printed one, and what they take back there."""
    new = person | {"item": "rs-shiyedengji"}
    turn, asked = (f"/desk/counter/{world.send(OTHER_CLERK, 'POST', '/api/desk/counter', new | {'ticket': t})['id']}" for t in ("A1", "A2"))
    sheet = {"chosen": {"renshe-account": ["bank.account"]}}
    world.send(OTHER_CLERK, "POST", f"/api{asked}/sheets", sheet)
    signed, paper = (f"{asked}/consent/{page}" for page in ("yes", "print"))
    return [
        Screen("counter, consent", OTHER_CLERK, f"{turn}/consent"), Screen("counter, agreeing", OTHER_CLERK, signed),
        Screen("counter, agreeing, fault", OTHER_CLERK, signed, press("form[action$='consent/yes'] .btn")),
        Screen("counter, printed sheet", OTHER_CLERK, paper),
        Screen("counter, consents", OTHER_CLERK, "/desk/consents"),
        Screen("counter, consents, fault", OTHER_CLERK, "/desk/consents", press("main form .btn")),
    ]  # fmt: skip


def procedures(world: World) -> list[Screen]:
    """An accepted case that may be stopped or given more days, one that stands still, and one that is posted for everybody."""
    made = [world.send(RESIDENT, "POST", "/api/cases", {"item": "ga-juzhuzheng", "answers": PERMIT})["id"] for _ in range(2)]
    papers = [
        world.hand(RESIDENT).post("/api/attachments", multipart={
            "document": paper, "file": {"name": "paper.png", "mimeType": "image/png", "buffer": picture()},
        }).json()["id"] for paper in ("title", "death")
    ]  # fmt: skip
    made.append(world.send(RESIDENT, "POST", "/api/cases", {"item": "zr-jicheng", "answers": INHERITED, "attachments": papers})["id"])
    for case, clerk in zip(made, (CLERK, CLERK, HOMES), strict=True):
        world.send(clerk, "POST", f"/api/cases/{case}/acceptances", {})
    until = f"{datetime.now() + timedelta(4):%Y-%m-%d}"
    for case, clerk, kind in ((made[1], CLERK, "inspection"), (made[2], HOMES, "public_notice")):
        world.send(clerk, "POST", f"/api/cases/{case}/specials", {"kind": kind, "reason": "To see whether it is so", "until": until})
    runs, stands, posted = (f"/desk/cases/{case}" for case in made)
    return [
        Screen("desk, begin a procedure", CLERK, runs, unfold("special")), Screen("desk, extend", SUPERVISOR, runs, unfold("extend")),
        Screen("desk, procedure, fault", CLERK, runs, faulty("special")), Screen("desk case, stopped", CLERK, stands, unfold("finish")),
        Screen("case, stopped", RESIDENT, f"/cases/{made[1]}"), Screen("case, posted", RESIDENT, f"/cases/{made[2]}"),
        Screen("desk case, posted", HOMES, posted), Screen("posted", NOBODY, "/notices/cases"), *objected(world, made[2]),
    ]  # fmt: skip


def objected(world: World, case: str) -> list[Screen]:
    """Somebody objects to what is posted; a clerk has it, and what an old man without a phone said."""
    number = world.send(RESIDENT, "GET", f"/api/cases/{case}")["number"]
    here, desk = f"/notices/cases/{number}/object", f"/desk/cases/{case}/objections"
    paper = {"document": "objection", "file": {"name": "paper.png", "mimeType": "image/png", "buffer": picture()}}
    files = [world.hand(MARRIED).post("/api/attachments", multipart=paper).json()["id"]]
    said = {"words": "I am an heir as well, and nobody asked me.", "attachments": files}
    world.send(MARRIED, "POST", f"/api/notices/cases/{number}/objections", said)
    spoken = {"name": "Zhao", "contact": "1 Chunfeng Road", "words": "Half of the money for it was mine."}
    line = world.send(HOMES, "POST", f"/api/cases/{case}/objections", spoken)["id"]
    answered = world.send(HOMES, "POST", f"/api/cases/{case}/objections", spoken)["id"]
    given = {"outcome": "accepted", "words": "The papers are looked at again."}
    world.send(HOMES, "POST", f"/api/cases/{case}/objections/{answered}/answers", given)
    return [
        Screen("object", MARRIED, here), Screen("object, fault", MARRIED, here, press("main form .btn")),
        Screen("my objections", MARRIED, "/me/objections"), Screen("no objections", UNPROVEN, "/me/objections"),
        Screen("desk, objections", HOMES, desk), Screen("desk, objections, fault", HOMES, desk, press("main form .btn")),
        Screen("desk, objection", HOMES, f"{desk}/{line}"),
        Screen("desk, objection, fault", HOMES, f"{desk}/{line}", press("main form .btn")),
        Screen("desk, objection answered", HOMES, f"{desk}/{answered}"),
    ]  # fmt: skip


def protected(world: World) -> list[Screen]:
    """Somebody's cases are read by two: not asked for yet, asked, refused, in a department of one; what a colleague and the officer see."""
    one = world.house.newcomer()
    world.send(one["phone"], "POST", "/api/me/real-name", {key: one[key] for key in ("name", "id_number")})
    record = {"item": "ga-wufanzui", "answers": {"purpose": "job", "recipient": "A school", "period": "always", "phone": one["phone"]}}
    fresh, waits, refused, alone = (world.send(one["phone"], "POST", "/api/cases", record)["id"] for _ in range(4))
    last = datetime.now() + timedelta(300)
    until = {"until-year": f"{last.year}", "until-month": f"{last.month}", "until-day": f"{last.day}"}
    named = {"id_number": one["id_number"], "reason": "Well known in the city", **until}
    assert world.hand(OFFICER).post("/audit/guarded", form=named).ok

    def asked(who: str, case: str) -> str:
        world.send(who, "POST", f"/api/cases/{case}/claims")
        return str(world.send(who, "POST", f"/api/cases/{case}/seconds", {"reason": "A letter has come for this case."})["id"])

    def answered(who: str, which: str, outcome: str) -> None:
        said = {"outcome": outcome, "words": "The letter is for another case." if outcome == "refused" else ""}
        world.send(who, "POST", f"/api/desk/seconds/{which}/answers", said)

    world.send(CLERK, "POST", f"/api/cases/{fresh}/claims")
    asked(CLERK, waits)
    answered(SUPERVISOR, asked(CLERK, refused), "refused")
    answered(CLERK, asked(SUPERVISOR, alone), "allowed")
    world.send(SUPERVISOR, "POST", f"/api/cases/{alone}/transfers", {"department": "yibao", "reason": "It is theirs."})
    looked = next(row["seq"] for row in world.send(one["phone"], "GET", "/api/me/data")["items"] if row["kind"] == "clerk")
    world.send(one["phone"], "POST", f"/api/me/data/{looked}/challenges", {"kind": "not_me", "words": "Somebody else was meant."})
    button, desk = "main form .btn", "/desk/cases"
    return [
        Screen("look, somebody else was meant", one["phone"], f"/me/data/{looked}"),
        Screen("desk, protected", CLERK, f"{desk}/{fresh}", None, 403),
        Screen("desk, protected, fault", CLERK, f"{desk}/{fresh}", press("main form[action$=seconds] .btn"), 403),
        Screen("desk, protected, waits", CLERK, f"{desk}/{waits}", None, 403),
        Screen("desk, protected, refused", CLERK, f"{desk}/{refused}", None, 403),
        Screen("desk, protected, alone", ALONE, f"{desk}/{alone}", None, 403),
        Screen("asked of me", SUPERVISOR, "/desk/seconds"), Screen("asked of me, fault", SUPERVISOR, "/desk/seconds", press(button)),
        Screen("nothing asked of me", OTHER_CLERK, "/desk/seconds"),
        Screen("guarded", OFFICER, "/audit/guarded"),
        Screen("guarded, fault", OFFICER, "/audit/guarded", press("main form[action='/audit/guarded'] .btn")),
    ]  # fmt: skip


def organisations(world: World) -> list[Screen]:
    """Registrations at each stage, and an organisation with somebody invited."""
    waits, ask = world.registration(FOUNDER), world.registration(FOUNDER, ("ask", "授权书没有盖章 not stamped"))
    declined, mine = world.registration(FOUNDER, ("decline", "名称不符 wrong name")), world.registration(HEAD, ("accept", ""))
    world.hand(HEAD).post("/orgs/mine/invitations", form={"phone": "13700008881", "name": "Zheng San", "role": "viewer"})
    invited = "13700008882"
    world.hand(HEAD).post("/orgs/mine/invitations", form={"phone": invited, "name": "Wang Wu", "role": "editor"})
    main = "main form[enctype] .btn"
    return [
        Screen("register an organisation", FOUNDER, "/orgs/register"),
        Screen("register an organisation, fault", FOUNDER, "/orgs/register", press(main)),
        Screen("registration waits", FOUNDER, f"/orgs/registrations/{waits}"),
        Screen("registration asked", FOUNDER, f"/orgs/registrations/{ask}"),
        Screen("registration declined", FOUNDER, f"/orgs/registrations/{declined}"),
        Screen("registration accepted", HEAD, f"/orgs/registrations/{mine}"),
        Screen("my organisations", FOUNDER, "/me/organisations"), Screen("no organisation", UNPROVEN, "/me/organisations"),
        Screen("invited", invited, "/me/organisations"), Screen("organisation", HEAD, "/orgs/mine"),
        Screen("invite, fault", HEAD, "/orgs/mine", press("form[action='/orgs/mine/invitations'] .btn")),
        Screen("registrations", REGISTRAR, "/desk/registrations"), Screen("review", REGISTRAR, f"/desk/registrations/{waits}"),
        Screen("review, fault", REGISTRAR, f"/desk/registrations/{waits}", press("main form .btn")),
        Screen("reviewed", REGISTRAR, f"/desk/registrations/{declined}"),
    ]


def linked(world: World) -> list[Screen]:
    """The hospital of the demo: signing in to it, what it reported, and where it is kept."""
    asks = {
        "client_id": "od00000000000000a1", "redirect_uri": "http://127.0.0.1:8100/callback", "response_type": "code", "state": "s",
        "scope": "openid real_name phone birthdate matters offline_access", "code_challenge": "A" * 43, "code_challenge_method": "S256",
    }  # fmt: skip
    asked = "/oauth/authorize?" + urlencode(asks)
    page = world.hand(RESIDENT).get(asked, headers={"accept": "text/html"})
    agreed = world.hand(RESIDENT).post(page.url, form={"give": "matters"})
    assert agreed.ok, agreed.text()[:600]
    sub, token = world.linked(asks["client_id"])
    report = {"sub": sub, "ref": "MZ-1", "title": {"zh": "心内科门诊", "en": "Cardiology"}, "words": {"zh": "已预约", "en": "Booked"}}
    made = world.send(NOBODY, "POST", "/api/provider/matters", report, authorization=f"Bearer {token}")
    app = page_ids(world.hand(HOSPITAL).get("/desk/apps", headers={"accept": "text/html"}).text(), "/desk/apps/app_")
    hook = page_ids(world.hand(HOSPITAL).get(f"{app}/endpoints", headers={"accept": "text/html"}).text(), f"{app}/endpoints/endpoint_")
    mine = page_ids(world.hand(RESIDENT).get("/me/apps", headers={"accept": "text/html"}).text(), "/me/apps/app_")
    main = ".btn:not(.plain)"
    return [
        Screen("consent", RESIDENT, world.asking(f"{asked}&prompt=consent")),
        Screen("sign in again for an app", RESIDENT, world.asking(f"{asked}&prompt=login")),
        Screen("not sent back", NOBODY, "/oauth/authorize?client_id=od0000000000000000", None, 422),
        Screen("sign out of an app", RESIDENT, "/oauth/logout?client_id=od00000000000000a1"),
        Screen("my apps", RESIDENT, "/me/apps"), Screen("my app", RESIDENT, mine), Screen("no apps", UNPROVEN, "/me/apps"),
        Screen("matter", RESIDENT, f"/matters/{made['id']}"), Screen("cases and matters", RESIDENT, "/me/cases"),
        Screen("desk, apps", HOSPITAL, "/desk/apps"), Screen("desk, new app", HOSPITAL, "/desk/apps/new"),
        Screen("desk, new app, fault", HOSPITAL, "/desk/apps/new", press(f"main form {main}")), Screen("desk, app", HOSPITAL, app),
        Screen("desk, endpoints", HOSPITAL, f"{app}/endpoints"), Screen("desk, deliveries", HOSPITAL, hook),
        Screen("desk, endpoints, fault", HOSPITAL, f"{app}/endpoints", press(f"main form {main}")),
    ]  # fmt: skip


def exchanged(world: World) -> list[Screen]:
    """What registers tell: the sheet of consent, a value that is contested, and the desks behind them."""
    hand = world.hand(MARRIED)
    draft = hand.post("/apply/mz-dianzi-jiehunzheng", form={"new": "1"}).url.partition("/drafts/")[2].split("/")[0]
    asking = world.hand(RESIDENT).post("/apply/wj-jiankangzheng", form={"new": "1"}).url.partition("/drafts/")[2].split("/")[0]
    allowed = world.hand(RESIDENT).post("/apply/rs-shiyedengji", form={"new": "1"}).url.partition("/drafts/")[2].split("/")[0]
    world.hand(RESIDENT).post(f"/drafts/{allowed}/consent", form={"renshe-account": "bank.account", "mode": "case"})
    until(lambda: "marriage.married_on" in hand.get(f"/drafts/{draft}/check", headers={"accept": "text/html"}).text())
    hand.post("/me/corrections", form={"element": "marriage.married_on", "words": "应该是 8 日 the 8th"})
    wish = {"resource": "police.driver", "elements": "driver.class", "services": "mz-jiehun", "purpose": "apply", "basis": "law"}
    demand = world.hand(CIVIL_DATA).post("/exchange/demands", form=wish).url.partition("/exchange/demands/")[2]
    desk = world.hand(CIVIL_DATA)
    until(lambda: "/desk/corrections/challenge_" in desk.get("/desk/corrections", headers={"accept": "text/html"}).text())
    line = page_ids(desk.get("/desk/corrections", headers={"accept": "text/html"}).text(), "/desk/corrections/challenge_")
    contested = "/me/corrections/new?element=marriage.married_on&item=mz-dianzi-jiehunzheng"
    tried = "main form button[value=try]"
    return [
        Screen("sheet of consent", RESIDENT, f"/drafts/{asking}/consent"), Screen("filled by registers", MARRIED, f"/drafts/{draft}/check"),
        Screen("contest", MARRIED, contested), Screen("contest, fault", MARRIED, contested, press("main form .btn")),
        Screen("my corrections", MARRIED, "/me/corrections"), Screen("no corrections", UNPROVEN, "/me/corrections"),
        Screen("my consents", RESIDENT, "/me/consents"), Screen("no consents", UNPROVEN, "/me/consents"),
        Screen("desk, corrections", CIVIL_DATA, "/desk/corrections"), Screen("desk, no corrections", POLICE_DATA, "/desk/corrections"),
        Screen("desk, correction", CIVIL_DATA, line), Screen("desk, correction, fault", CIVIL_DATA, line, press("main form .btn")),
        Screen("registers", STEWARD, "/exchange"), Screen("register", STEWARD, "/exchange/registers/police"),
        Screen("agreements", STEWARD, "/exchange/agreements"), Screen("agreements, ended", STEWARD, "/exchange/agreements?ended=1"),
        Screen("agreement", STEWARD, "/exchange/agreements/jiaotong-driver"),
        Screen("agreement, fault", STEWARD, "/exchange/agreements/jiaotong-driver", press("main form .btn")),
        Screen("mapping", STEWARD, "/exchange/resources/police.driver"),
        Screen("mapping, tried", STEWARD, "/exchange/resources/police.driver", press(tried)),
        Screen("demands", STEWARD, "/exchange/demands"), Screen("demand", STEWARD, f"/exchange/demands/{demand}"),
        Screen("new demand, which", CIVIL_DATA, "/exchange/demands/new"),
        Screen("new demand", CIVIL_DATA, "/exchange/demands/new?resource=police.driver"),
        Screen("new demand, fault", CIVIL_DATA, "/exchange/demands/new?resource=police.driver", press("main form .btn")),
        *between_cities(world),
    ]  # fmt: skip


def between_cities(world: World) -> list[Screen]:
    """Another city that is trusted, by a document that was pasted: it says of its certificates what this one does."""
    steward = world.hand(STEWARD)
    steward.post("/exchange/cities", form=next_city(steward.get("/.well-known/onedoor-trust").text()))
    city = page_ids(steward.get("/exchange/cities", headers={"accept": "text/html"}).text(), "/exchange/cities/org_")
    draft = world.hand(RESIDENT).post("/apply/jt-wangyueche", form={"new": "1"}).url.partition("/drafts/")[2].split("/")[0]
    return [
        Screen("cities", STEWARD, "/exchange/cities"), Screen("new city", STEWARD, "/exchange/cities/new"),
        Screen("new city, fault", STEWARD, "/exchange/cities/new", press("main form .btn")), Screen("city", STEWARD, city),
        Screen("city's agreement", STEWARD, f"{city}/agreements/new?resource=police.driver"),
        Screen("city's agreement, fault", STEWARD, f"{city}/agreements/new?resource=police.driver", press("main form .btn")),
        Screen("asked by a city that is not trusted", RESIDENT, "/wallet/asked", status=404),
        Screen("asked elsewhere, nothing", RESIDENT, "/me/asked-elsewhere"),
        Screen("filled by another city, nothing", RESIDENT, f"/drafts/{draft}/elsewhere"),
    ]  # fmt: skip


def next_city(own: str) -> dict[str, str]:
    """What the steward of a city next door reads out and sends."""
    with tempfile.TemporaryDirectory() as home:
        ring, now = Keys(Path(home), "https://next.example", trust.RING).ring(), int(time.time())
        keys = (trust.TrustKey(ring.active.kid, "ES256", "federation", ring.active.entry.jwk),)
        said = trust.Document(
            1, "https://next.example", ("9902",), 1, now, now + 86_400, keys, name={"zh": "邻江市", "en": "Linjiang"},
            more=jose.Jws(own).payload["more"],
        )  # fmt: skip
        document, print_ = trust.sign(ring, said), trust.fingerprint(ring.active.entry.jwk)
    return {"address": "https://next.example", "fingerprint": print_, "document": document}


def until(there: Callable[[], bool], seconds: float = 20) -> None:
    """A job or a register takes its moment."""
    end = time.monotonic() + seconds
    while not there() and time.monotonic() < end:
        time.sleep(0.2)


def mandated(world: World) -> list[Screen]:
    """A mandate at each stage; somebody's device that has turned to somebody, and what that finds on its own pages; the counter."""
    acts = ["see_status", "fill", "submit", "show", "copy"]
    terms = {"kind": "family", "items": ["ga-juzhuzheng"], "types": ["001"], "acts": acts, "days": 30}

    def asked(side: str, by: str, phone: str, name: str) -> str:
        return world.send(by, "POST", "/api/me/mandates", {"side": side, "phone": phone, "name": name, **terms})["id"]

    made, waits = asked("agent", AGENT, PRINCIPAL, "赵国强"), asked("agent", AGENT, PRINCIPAL, "赵国强")
    offer = asked("principal", AGENT, PRINCIPAL, "赵国强")
    world.send(PRINCIPAL, "POST", f"/api/me/mandates/{made}/answers", {"agree": True})
    world.send(AGENT, "PUT", "/api/me/acting", {"mandate": made})
    world.send(AGENT, "POST", "/api/drafts", {"item": "ga-juzhuzheng"})
    mine, new = f"/me/mandates/{made}", "/me/mandates/new/for"
    card = "ODM1" + world.hand(AGENT).get(f"{mine}/card", headers={"accept": "text/html"}).text().split(">ODM1")[1].split("<")[0]
    desk = urlsplit(world.hand(REGISTRAR).post("/desk/mandates/card", form={"card": card}).url).path
    held = "/wallet/" + world.send(AGENT, "GET", "/api/certificates")["items"][0]["id"]
    main = "main form[method=post] .btn:not(.plain)"
    return [
        Screen("mandates", PRINCIPAL, "/me/mandates"), Screen("no mandates", UNPROVEN, "/me/mandates"),
        Screen("mandate, given", PRINCIPAL, mine), Screen("mandate, held", AGENT, mine), Screen("mandate card", PRINCIPAL, f"{mine}/card"),
        Screen("mandate, asked", PRINCIPAL, f"/me/mandates/{waits}"), Screen("mandate, offered", PRINCIPAL, f"/me/mandates/{offer}"),
        Screen("mandate, code", AGENT, f"/me/mandates/{waits}"), Screen("mandate, wrong code", AGENT, f"/me/mandates/{waits}", press(main)),
        Screen("end a mandate", PRINCIPAL, f"{mine}/end"), Screen("turn to nobody", RESIDENT, "/me/acting"),
        Screen("new mandate", RESIDENT, new), Screen("new mandate, fault", RESIDENT, new, press(main)),
        Screen("new mandate, services", RESIDENT, new, asking(1)), Screen("new mandate, acts", RESIDENT, new, asking(2)),
        Screen("my child", RESIDENT, "/me/mandates/new/child"),
        Screen("my child, fault", RESIDENT, "/me/mandates/new/child", press("form[action$='/child'] .btn")),
        Screen("acting, wallet", AGENT, "/wallet"), Screen("acting, certificate", AGENT, held),
        Screen("acting, present", AGENT, f"{held}/present"), Screen("acting, copies", AGENT, f"{held}/copies"),
        Screen("acting", AGENT, "/me/acting"), Screen("acting, drafts", AGENT, "/me/drafts"), Screen("acting, cases", AGENT, "/me/cases"),
        Screen("acting, my own page", AGENT, "/me", None, 403), Screen("acting, hall", AGENT, "/hall"),
        Screen("acting, not in it", AGENT, "/cases/case_00000000000000000000000000000000/supplement", None, 403),
        Screen("firms", RESIDENT, "/me/mandates/firms"),
        Screen("firms, looked up", RESIDENT, "/me/mandates/firms", press("form[action$='/firms'] .btn")),
        Screen("firms, none", UNPROVEN, "/me/mandates/firms"),
        Screen("applied for by firms", RESIDENT, "/apply/sj-shipin-qiye", None, 403),
        Screen("my children, looked up", RESIDENT, "/me/mandates/new/child", press("form[action$='/children'] .btn")),
        Screen("company staff", HEAD, "/me/mandates/firm"), Screen("desk, mandates", REGISTRAR, "/desk/mandates"),
        Screen("desk, mandates, fault", REGISTRAR, "/desk/mandates", press("form[enctype] .btn")),
        Screen("desk, mandate", REGISTRAR, desk),
    ]  # fmt: skip


def asking(steps: int) -> Callable[[Page], None]:
    """As far as the second or third question of a new mandate."""

    def do(page: Page) -> None:
        page.locator("#field-phone").fill("13700008885")
        page.locator("#field-name").fill("Zhang San")
        press("main form .btn.main")(page)
        if steps > 1:
            page.locator("input[name=items]").first.check()
            press("main form .btn.main")(page)

    return do


def given_back(world: World) -> list[Screen]:
    """A district asks for rows of its own people: what waits, what was refused, what can be fetched, and the supplier who may stop it."""
    office, html = world.hand(DONGHU_DATA), {"accept": "text/html"}
    wish = {
        "resource": "disabled.card", "elements": "disability.issued_on", "scope": "990102", "every": "monthly", "purpose": "grassroots",
        "basis": "law",
    }  # fmt: skip
    waits, refused, granted = (office.post("/exchange/backflow", form=wish).url.rpartition("/")[2] for _ in range(3))
    links = re.findall(r"/exchange/demands/org_\w+/demand_\w+", world.hand(STEWARD).get("/exchange/demands", headers=html).text())
    desks = {link.rpartition("/")[2]: link for link in links}
    for one, act in ((refused, "refuse"), (granted, "grant")):
        world.hand(STEWARD).post(desks[one], form={"act": "check"})
        world.hand(FEDERATION_DATA).post(desks[one], form={"act": act, "note": "law"})
    path = "/exchange/backflow"
    until(lambda: "/backflow_" in office.get(f"{path}/{granted}", headers=html).text())
    return [
        Screen("given back", DONGHU_DATA, path), Screen("given back, nothing", XISHAN_DATA, path),
        Screen("given back, which", DONGHU_DATA, f"{path}/new"),
        Screen("given back, new", DONGHU_DATA, f"{path}/new?resource=disabled.card"),
        Screen("given back, new, fault", DONGHU_DATA, f"{path}/new?resource=disabled.card", press("main form .btn")),
        Screen("given back, waiting", DONGHU_DATA, f"{path}/{waits}"), Screen("given back, refused", DONGHU_DATA, f"{path}/{refused}"),
        Screen("given back, refused, fault", DONGHU_DATA, f"{path}/{refused}", press("main form .btn")),
        Screen("given back, ready", DONGHU_DATA, f"{path}/{granted}"), Screen("given back, supplier", FEDERATION_DATA, desks[granted]),
        Screen("given back, stop, fault", FEDERATION_DATA, desks[granted], press("main form .btn")),
    ]  # fmt: skip


def page_ids(html: str, start: str) -> str:
    """The first link that begins so."""
    found = re.search(rf'href="({re.escape(start)}\w+)"', html)
    assert found, f"no link {start}"
    return found[1]
