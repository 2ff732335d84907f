"""Organisations register themselves: the code's parts, papers, one code one organisation, review with reasons, and their own people."""

import asyncio
import re
import uuid
from html import unescape
from typing import Any

import httpx
import pytest

from onedoor.identity.models import PersonId
from onedoor.kernel.text import uscc_fault
from onedoor.kernel.work import Actor, system
from onedoor.orgs.models import OrgId
from onedoor.orgs.registered import InvitationId, RegistrationId
from tests.cases.kit import pdf, picture, residents

from .kit import code, stated

REVIEWER, CLERK = "13800991602", "13800990101"
def register(browser: httpx.Client, proof: bytes | None = None, **changed: str) -> httpx.Response:
    for left in re.findall(r'name="remove" value="(proof_\w+)"', browser.get("/orgs/register").text):
        browser.post("/orgs/register", data={"remove": left})
    files = {"proof": ("执照.png", proof if proof is not None else picture(), "image/png")} if proof != b"-" else {}
    return browser.post("/orgs/register", data=stated(**changed), files=files or {"x": ("", b"")})


@pytest.fixture(scope="module")
def applicant(site: Any) -> httpx.Client:
    return site.sign_in(residents()[3]["phone"])


@pytest.fixture(scope="module")
def reviewer(site: Any) -> httpx.Client:
    return site.sign_in(REVIEWER)


def registered(browser: httpx.Client, **changed: str) -> str:
    answer = register(browser, **changed)
    assert answer.status_code == 200, answer.text
    return str(answer.url).split("/registrations/")[1].split("?")[0]


def answered(reviewer: httpx.Client, made: str, act: str, reason: str = "") -> httpx.Response:
    page = reviewer.get(f"/desk/registrations/{made}").text
    rev = re.search(r'name="rev" value="(\d+)"', page)
    return reviewer.post(f"/desk/registrations/{made}", data={"act": act, "reason": reason, "rev": rev[1] if rev else "1"})


# ── the code ─────────────────────────────────────────────────────────────────────────────────────
def test_each_part_of_the_code_is_told() -> None:
    good = code()
    assert uscc_fault(good) is None
    assert uscc_fault(good[:17]) == "length"
    assert uscc_fault(good[:9] + "O" + good[10:]) == "letter"
    assert uscc_fault("91A90100" + good[8:]) == "shape"
    assert uscc_fault(good[:10] + str((int(good[10]) + 1) % 10) + good[11:]) == "organisation"
    assert uscc_fault(good[:17] + ("0" if good[17] != "0" else "1")) == "check"


def test_every_organisation_of_the_city_has_a_good_code(site: Any) -> None:
    departments = site.client().get("/api/departments").json()["items"]
    assert [d["code"] for d in departments if uscc_fault(d["uscc"])] == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"uscc": "123"}, "18 位，您填了 3 位"), ({"uscc": ""}, "请填写统一社会信用代码"), ({"uscc": "91990100O0000001XX"}, "第 9 位是“O”"),
        ({"uscc": "9199010010000000X1"}, "主体标识码"), ({"uscc": code("12")}, "事业单位"), ({"name": " "}, "机构的全称"),
        ({"kind": "kingdom"}, "机构类型"), ({"legal_name": ""}, "法定代表人"), ({"contact_phone": "12"}, "带区号的座机号"),
        ({"name": "书\u202e店"}, "看不见的符号"), ({"name": "店" * 101}, "最多写 100 个字"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(applicant: httpx.Client, wrong: dict[str, str], said: str) -> None:
    answer = register(applicant, **wrong)
    assert answer.status_code == 422
    assert said in answer.text
    assert "吴二" in answer.text


def test_full_width_and_blanks_are_taken(applicant: httpx.Client, reviewer: httpx.Client) -> None:
    good = code()
    wide = "".join(chr(ord(c) + 0xFEE0) for c in good[:4]) + " " + good[4:].lower()
    made = registered(applicant, uscc=wide)
    assert good in applicant.get(f"/orgs/registrations/{made}").text
    applicant.post(f"/orgs/registrations/{made}/withdraw")


# ── papers ───────────────────────────────────────────────────────────────────────────────────────
def test_without_a_paper_it_is_not_taken(site: Any) -> None:
    other = site.sign_in(residents()[4]["phone"])
    answer = register(other, proof=b"-")
    assert answer.status_code == 422
    assert "请上传登记证书" in answer.text


@pytest.mark.parametrize("bad", [b"", b"MZ program", b"PK\x03\x04 archive", pdf(b"/JavaScript (x) "), b"\xff\xd8\xff broken"])
def test_a_bad_paper_is_refused_in_words(applicant: httpx.Client, bad: bytes) -> None:
    answer = register(applicant, proof=bad)
    assert answer.status_code == 422
    assert "不能用" in answer.text


# ── one code, one organisation ───────────────────────────────────────────────────────────────────
def test_a_code_is_claimed_once_and_free_again_after_withdrawing(site: Any, applicant: httpx.Client) -> None:
    mine, other = code(), site.sign_in(residents()[5]["phone"])
    made = registered(applicant, uscc=mine)
    refused = register(other, uscc=mine)
    assert refused.status_code == 422
    assert "已经登记" in refused.text
    applicant.post(f"/orgs/registrations/{made}/withdraw")
    again = registered(other, uscc=mine)
    other.post(f"/orgs/registrations/{again}/withdraw")


def test_a_department_of_the_city_is_not_registered_again(site: Any, applicant: httpx.Client) -> None:
    known = site.client().get("/api/departments").json()["items"][0]["uscc"]
    assert register(applicant, uscc=known, kind="government").status_code == 422


def test_pressed_twice_it_is_one(applicant: httpx.Client) -> None:
    page = applicant.get("/orgs/register").text
    key = re.search(r'name="key" value="([^"]+)"', page)[1]  # type: ignore[index]
    said = stated(key=key)
    one = applicant.post("/orgs/register", data=said, files={"proof": ("a.png", picture(), "image/png")})
    two = applicant.post("/orgs/register", data=said, files={"proof": ("a.png", picture(), "image/png")})
    assert one.url == two.url
    applicant.post(f"{one.url.path.split('?')[0]}/withdraw")


def test_pressed_twice_at_the_same_moment_it_is_one(site: Any, applicant: httpx.Client) -> None:
    """The press that comes second waits for the first, and is shown what the first has made."""
    from onedoor.orgs.service import registering

    key, said = uuid.uuid4(), stated()
    picked = applicant.post("/api/registrations/proofs", files={"file": ("a.png", picture(), "image/png")})
    assert picked.status_code == 201
    who = PersonId.parse(applicant.get("/api/me").json()["id"])

    async def press() -> str:
        async with site.house.begin(Actor(id=who, assurance=2)) as work:
            made = await registering.register(work, said, key)
            await asyncio.sleep(0.1)
            return str(made.id)

    async def both() -> list[Any]:
        return list(await asyncio.gather(press(), press(), return_exceptions=True))

    one, two = site.run(both)
    assert one == two
    assert applicant.post(f"/orgs/registrations/{one}/withdraw").status_code == 200


def test_with_too_many_under_way_nothing_typed_is_lost(site: Any) -> None:
    browser = site.sign_in(residents()[5]["phone"])
    made = [registered(browser) for _ in range(5)]
    answer = register(browser, name="青禾第六有限公司")
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
    assert "青禾第六有限公司" in answer.text
    assert "同时办理的入驻申请太多" in answer.text
    for one in made:
        browser.post(f"/orgs/registrations/{one}/withdraw")


# ── review ───────────────────────────────────────────────────────────────────────────────────────
def test_asked_again_answered_and_accepted(site: Any, applicant: httpx.Client, reviewer: httpx.Client) -> None:
    made = registered(applicant, name="青禾测试甲有限公司")
    assert "青禾测试甲有限公司" in reviewer.get("/desk/registrations").text
    assert answered(reviewer, made, "ask").status_code == 422, "never without a reason"
    assert answered(reviewer, made, "ask", "授权书没有盖章").status_code == 200
    page = applicant.get(f"/orgs/registrations/{made}").text
    assert "授权书没有盖章" in page
    site.jobs()
    assert "请补充" in applicant.get("/inbox").text
    assert applicant.post(f"/orgs/registrations/{made}/answer", data={"name": ""}).status_code == 422
    again = applicant.post(
        f"/orgs/registrations/{made}/answer", data=stated(name="青禾测试甲有限公司"), files={"proof": ("b.pdf", pdf(), "application/pdf")}
    )
    assert "等待审核" in again.text
    assert answered(reviewer, made, "accept").status_code == 200
    assert "已通过" in applicant.get(f"/orgs/registrations/{made}").text
    assert "青禾测试甲有限公司" in applicant.get("/orgs/mine").text
    assert "机构入驻" in applicant.get("/me/access").text, "whoever is looked at can see it"


def test_the_next_page_begins_where_this_one_ended_whatever_is_answered_meanwhile(site: Any, reviewer: httpx.Client) -> None:
    """The last of a page is answered, and then the next page is opened."""

    async def wait(n: int) -> str:
        async with site.house.begin(system("test")) as work:
            one = RegistrationId.new()
            await work.db.run(
                "insert into orgs.registration_queue (id, citizen_ref, uscc, name, state, since) values ($id, $id, '', $name, 'submitted', "
                "timestamptz '2020-01-01T00:00:00Z' + $n * interval '1 minute')",
                id=one, name=f"排队{n}", n=n,
            )  # fmt: skip
            return str(one)

    async def answer(one: str) -> None:
        async with site.house.begin(system("test")) as work:
            done = "update orgs.registration_queue set state = 'accepted', since = now() where id = $id"
            await work.db.run(done, id=RegistrationId.parse(one))

    made = [site.run(wait, n) for n in range(33)]
    first = reviewer.get("/api/desk/registrations").json()
    link = re.search(r'href="(/desk/registrations\?after=[^"]+)"', reviewer.get("/desk/registrations").text)
    assert link
    assert [one["id"] for one in first["items"]] == made[:30]
    site.run(answer, made[29])
    rest = reviewer.get("/api/desk/registrations", params={"after": first["next"]}).json()
    assert [one["id"] for one in rest["items"]][:3] == made[30:]
    assert made[30] in reviewer.get(unescape(link[1])).text
    for bad in ("x", "2020-01-01Z_", "9999-99-99Z_" + "0" * 32):
        assert reviewer.get("/api/desk/registrations", params={"after": bad}).status_code == 404
    for one in made:
        site.run(answer, one)


def test_a_late_answer_is_told(applicant: httpx.Client, site: Any, reviewer: httpx.Client) -> None:
    other = site.sign_in(residents()[4]["phone"])
    made = registered(other)
    other.post(f"/orgs/registrations/{made}/withdraw")
    late = reviewer.post(
        f"/desk/registrations/{made}", data={"act": "accept", "rev": "1"}, headers={"accept": "application/json"}
    )
    assert (late.status_code, late.json()["type"]) == (409, "/problems/registration-changed")
    assert reviewer.post(f"/desk/registrations/{made}", data={"act": "crown", "rev": "2"}).status_code == 422


def test_declined_with_the_reason(site: Any, reviewer: httpx.Client) -> None:
    other, mine = site.sign_in(residents()[4]["phone"]), code()
    made = registered(other, uscc=mine)
    answered(reviewer, made, "decline", "名称与执照不符")
    assert "名称与执照不符" in other.get(f"/orgs/registrations/{made}").text
    again = registered(other, uscc=mine)
    other.post(f"/orgs/registrations/{again}/withdraw")


def test_a_registration_is_its_applicants(site: Any, applicant: httpx.Client) -> None:
    other = site.sign_in(residents()[4]["phone"])
    made = registered(applicant)
    stranger, clerk = site.sign_in(residents()[5]["phone"]), site.sign_in(CLERK)
    proof = re.search(r"/orgs/proofs/(proof_\w+)", applicant.get(f"/orgs/registrations/{made}").text)[1]  # type: ignore[index]
    for browser in (other, stranger, clerk):
        for address in (f"/orgs/registrations/{made}", f"/orgs/proofs/{proof}"):
            assert browser.get(address, headers={"accept": "application/json"}).status_code == 404
    assert clerk.get("/desk/registrations", headers={"accept": "application/json"}).status_code == 403
    assert applicant.get(f"/orgs/proofs/{proof}").headers["content-disposition"].startswith("attachment")
    applicant.post(f"/orgs/registrations/{made}/withdraw")


def test_the_real_name_comes_first(site: Any) -> None:
    answer = site.sign_in().get("/orgs/register", headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/needs-real-name")


# ── people ───────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture(scope="module")
def admin(site: Any, reviewer: httpx.Client) -> httpx.Client:
    """The administrator of an accepted organisation."""
    browser = site.sign_in(residents()[6]["phone"])
    made = registered(browser, name="青禾测试乙有限公司")
    assert answered(reviewer, made, "accept").status_code == 200
    return browser


def invited(site: Any, admin: httpx.Client, role: str = "viewer", name: str = "郑三") -> tuple[httpx.Client, str]:
    """Somebody with a fresh phone who has been asked to join, and the invitation."""
    phone = site.new_phone()
    answer = admin.post("/orgs/mine/invitations", data={"phone": phone, "name": name, "role": role})
    assert answer.status_code == 200, answer.text
    site.jobs()
    assert "青禾测试乙有限公司 邀请您加入" in site.outbox.last(phone)
    browser = site.sign_in(phone)
    found = re.search(r"/me/invitations/(invite_\w+)/accept", browser.get("/me/organisations").text)
    assert found
    return browser, found[1]


def member_of(admin: httpx.Client, name: str) -> str:
    page = admin.get("/orgs/mine").text
    return re.search(rf"{name}.*?/orgs/mine/members/(person_\w+)/", page, re.DOTALL)[1]  # type: ignore[index]


def test_an_invitation_is_accepted_by_signing_in(site: Any, admin: httpx.Client) -> None:
    browser, invitation = invited(site, admin)
    stranger = site.sign_in()
    assert stranger.post(f"/me/invitations/{invitation}/accept", headers={"accept": "application/json"}).status_code == 404
    assert browser.post(f"/me/invitations/{invitation}/accept").status_code == 200
    assert "青禾测试乙有限公司" in browser.get("/orgs/mine").text
    assert "邀请同事" not in browser.get("/orgs/mine").text
    refused = browser.post("/orgs/mine/invitations", data={"phone": site.new_phone(), "name": "a", "role": "admin"})
    assert refused.status_code == 403
    assert browser.post(f"/me/invitations/{invitation}/accept", headers={"accept": "application/json"}).status_code == 404, "once"
    admin.post(f"/orgs/mine/members/{member_of(admin, '郑三')}/remove")
    assert browser.get("/orgs/mine", headers={"accept": "application/json"}).status_code == 403, "gone at once"
    assert "移除了 郑三" in admin.get("/orgs/mine").text


def test_a_member_sees_no_person_through_the_second_lock(site: Any, admin: httpx.Client) -> None:
    """A grant of an organisation that registered itself does not make staff of anybody."""
    from onedoor.orgs import service

    async def role() -> str:
        async with site.house.begin(system("test")) as work:
            person = next(p for p, m in (await service.snapshot(work.db)).staff.items() if m.role is not None)
            from onedoor.kernel.work import Actor

            return (await service.with_grants(work.db, Actor(id=person))).role

    assert site.run(role) == "citizen"
    assert admin.get("/desk/inbox", headers={"accept": "application/json"}).status_code == 403


def test_what_is_for_staff_is_not_for_a_member() -> None:
    from types import SimpleNamespace

    from onedoor.kernel.work import Actor
    from onedoor.notify.models import Audience
    from onedoor.notify.policy import is_for

    inner: Any = SimpleNamespace(audience=Audience.STAFF)
    held = frozenset({"orgs:member"})
    assert is_for(inner, Actor(grants=held))
    assert not is_for(inner, Actor(grants=held, outside=True))


def test_revoked_and_expired_invitations_are_gone(site: Any, admin: httpx.Client) -> None:
    browser, invitation = invited(site, admin, name="王五")
    admin.post(f"/orgs/mine/invitations/{invitation}/revoke")
    assert browser.post(f"/me/invitations/{invitation}/accept", headers={"accept": "application/json"}).status_code == 404
    browser, invitation = invited(site, admin, name="赵六")

    async def age() -> None:
        async with site.house.begin(system("test")) as work:
            await work.db.run("update orgs.invitation set expires_at = now() - interval '1 minute' where state = 'open'")

    site.run(age)
    assert browser.post(f"/me/invitations/{invitation}/accept", headers={"accept": "application/json"}).status_code == 404
    assert invitation not in browser.get("/me/organisations").text


def test_old_invitations_do_not_hide_a_new_one(site: Any, admin: httpx.Client) -> None:
    """Whoever was asked by many organisations long ago still finds who asks today."""
    phone = site.new_phone()

    async def asked_long_ago() -> None:
        async with site.house.begin(system("test")) as work:
            for n in range(25):
                org, made = OrgId.parse(f"org_{n:032x}"), InvitationId(uuid.UUID(int=n + 1))
                await work.db.run(
                    "insert into orgs.invitation (org_id, id, tel, name, role, by_name, at, expires_at, state) values "
                    "($org, $id, $tel, '郑三', 'viewer', '', now() - interval '9 days', now() - interval '2 days', 'open')",
                    org=org, id=made, tel=phone,
                )  # fmt: skip
                await work.db.run(
                    "insert into orgs.invitation_claim (tel, org_id, invitation_id) values ($tel, $org, $id)", tel=phone, org=org, id=made
                )

    site.run(asked_long_ago)
    assert admin.post("/orgs/mine/invitations", data={"phone": phone, "name": "郑三", "role": "viewer"}).status_code == 200
    browser = site.sign_in(phone)
    found = re.search(r"/me/invitations/(invite_\w+)/accept", browser.get("/me/organisations").text)
    assert found
    assert browser.post(f"/me/invitations/{found[1]}/decline").status_code == 200


def test_the_last_administrator_stays(site: Any, admin: httpx.Client) -> None:
    mine = member_of(admin, residents()[6]["name"])
    for path, data in ((f"/orgs/mine/members/{mine}/remove", {}), (f"/orgs/mine/members/{mine}/role", {"role": "viewer"})):
        answer = admin.post(path, data=data, headers={"accept": "application/json"})
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/last-admin")
    browser, invitation = invited(site, admin, role="admin", name="孙七")
    browser.post(f"/me/invitations/{invitation}/accept")
    assert admin.post(f"/orgs/mine/members/{mine}/role", data={"role": "editor"}).status_code == 200
    assert admin.post("/orgs/mine/invitations", data={"phone": "1", "name": "", "role": ""}).status_code == 403
    assert browser.post(f"/orgs/mine/members/{mine}/role", data={"role": "admin"}).status_code == 200
    assert browser.post(f"/orgs/mine/members/{member_of(browser, '孙七')}/remove").status_code == 200


def test_the_last_administrator_stays_one_whatever_they_are_asked_to_be(site: Any, admin: httpx.Client) -> None:
    """An invitation to be less is no way around it."""
    phone, back = residents()[6]["phone"], {"accept": "application/json"}
    admin.post("/orgs/mine/invitations", data={"phone": phone, "name": "周一", "role": "viewer"})
    invitation = re.search(r"/me/invitations/(invite_\w+)/accept", admin.get("/me/organisations").text)[1]  # type: ignore[index]
    answer = admin.post(f"/me/invitations/{invitation}/accept", headers=back)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/last-admin")
    assert "邀请同事" in admin.get("/orgs/mine").text, "an administrator still"
    assert admin.post(f"/me/invitations/{invitation}/decline").status_code == 200


def test_one_post_a_person(site: Any, admin: httpx.Client) -> None:
    answer = admin.post("/orgs/mine/invitations", data={"phone": CLERK, "name": "高志远", "role": "viewer"})
    assert answer.status_code == 200
    clerk = site.sign_in(CLERK)
    invitation = re.search(r"/me/invitations/(invite_\w+)/accept", clerk.get("/me/organisations").text)[1]  # type: ignore[index]
    refused = clerk.post(f"/me/invitations/{invitation}/accept", headers={"accept": "application/json"})
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/has-post")
    assert clerk.get("/desk/inbox").status_code == 200, "still a clerk"


@pytest.mark.parametrize("wrong", [{"phone": "12"}, {"name": ""}, {"role": "king"}, {"name": "a\x00b"}])
def test_a_wrong_invitation_is_told(admin: httpx.Client, wrong: dict[str, str]) -> None:
    answer = admin.post("/orgs/mine/invitations", data={"phone": "13800001111", "name": "钱八", "role": "viewer"} | wrong)
    assert answer.status_code == 422
    assert "需要改正" in answer.text


def test_another_organisations_people_are_out_of_reach(
    site: Any, admin: httpx.Client, reviewer: httpx.Client
) -> None:
    applicant = site.sign_in(residents()[4]["phone"])
    answered(reviewer, registered(applicant, name="青禾测试丙有限公司"), "accept")
    theirs = member_of(admin, residents()[6]["name"])
    for path in (f"/orgs/mine/members/{theirs}/remove", f"/orgs/mine/members/{theirs}/role"):
        assert applicant.post(path, data={"role": "viewer"}, headers={"accept": "application/json"}).status_code == 404
    _, invitation = invited(site, admin, name="周九")
    revoked = applicant.post(f"/orgs/mine/invitations/{invitation}/revoke", headers={"accept": "application/json"})
    assert revoked.status_code == 404
