"""Organisations by program: registered with papers, reviewed, its people invited, in roles, gone; each write once."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest

from tests.cases.kit import bearer, pdf, picture

from .kit import REVIEWER, proven, sent, stated


def test_an_organisation_by_program(site: Any) -> None:
    (_, owner), bureau = proven(site), bearer(site, REVIEWER)
    wrong = owner.post("/api/registrations/proofs", files={"file": ("x.exe", b"MZ program")})
    assert wrong.status_code == 422
    paper = [owner.post("/api/registrations/proofs", files={"file": ("执照.png", picture(), "image/png")}).json() for _ in range(2)]
    assert paper[0]["id"] == paper[1]["id"]
    assert owner.get("/api/registrations/proofs").json()["items"] == [paper[0]]
    said = stated()
    assert {e["pointer"] for e in sent(owner, "/api/registrations", 422, name="")["errors"]} >= {"/uscc", "/name"}
    made = sent(owner, "/api/registrations", key="reg", **said)
    assert sent(owner, "/api/registrations", key="reg", **said)["id"] == made["id"]
    sent(owner, "/api/registrations", 422, key="reg", **(said | {"name": "另一个名字"}))
    mine, theirs = f"/api/registrations/{made['id']}", f"/api/desk/registrations/{made['id']}"
    assert bearer(site, site.new_phone()).get(mine).status_code == 404
    assert made["id"] in [one["id"] for one in bureau.get("/api/desk/registrations").json()["items"]]
    assert bureau.get(theirs).json()["proofs"] == [paper[0]]
    sent(bureau, f"{theirs}/decisions", 422, state="asked", rev=made["rev"])
    asked = sent(bureau, f"{theirs}/decisions", state="asked", rev=made["rev"], reason="执照看不清")
    again = sent(owner, f"{mine}/resubmissions", **(said | {"contact_name": "吴三"}))
    assert (asked["state"], again["state"], again["contact_name"]) == ("asked", "submitted", "吴三")
    sent(bureau, f"{theirs}/decisions", 409, state="accepted", rev=made["rev"])
    assert sent(bureau, f"{theirs}/decisions", state="accepted", rev=again["rev"])["organisation"].startswith("org_")
    sent(owner, f"{mine}/withdrawals", 409)
    _people(site, owner)


def _people(site: Any, owner: Any) -> None:
    """Two come, one of them goes, the last administrator cannot."""
    phone = site.new_phone()
    guest = bearer(site, phone)
    sent(owner, "/api/organisation/invitations", 422, phone="1", name="", role="king")
    first = sent(owner, "/api/organisation/invitations", key="ask", phone=phone, name="赵四", role="viewer")
    assert sent(owner, "/api/organisation/invitations", key="ask", phone=phone, name="赵四", role="viewer") == first
    assert phone not in owner.get("/api/organisation").text
    assert [one["id"] for one in guest.get("/api/me/invitations").json()["items"]] == [first["id"]]
    sent(guest, f"/api/me/invitations/{first['id']}/refusals")
    second = sent(owner, "/api/organisation/invitations", phone=phone, name="赵四", role="viewer")
    sent(owner, f"/api/organisation/invitations/{second['id']}/revocations")
    sent(guest, f"/api/me/invitations/{second['id']}/acceptances", 404)
    third = sent(owner, "/api/organisation/invitations", phone=phone, name="赵四", role="viewer")
    sent(guest, f"/api/me/invitations/{third['id']}/acceptances")
    house = owner.get("/api/organisation").json()
    me, other = [one["id"] for one in house["members"]]
    sent(guest, f"/api/organisation/members/{me}/removals", 403)
    sent(owner, f"/api/organisation/members/{other}/roles", role="editor")
    sent(owner, f"/api/organisation/members/{me}/removals", 409)
    sent(guest, f"/api/organisation/members/{other}/removals")
    assert guest.get("/api/organisation").status_code == 403
    assert [d["act"] for d in owner.get("/api/organisation").json()["record"]][:2] == ["left", "joined"]


def test_papers_never_handed_in_go_after_a_week(site: Any) -> None:
    """And a content that another room still names stays."""
    from onedoor.cases.service import sweeping
    from onedoor.kernel.ports import Vault

    _, owner = proven(site)
    vault, shared, alone = site.house.ports.get(Vault), picture(), pdf(b"alone")
    for name, content in (("执照.png", shared), ("证明.pdf", alone)):
        assert owner.post("/api/registrations/proofs", files={"file": (name, content)}).status_code == 201
    kept = owner.post("/api/attachments", files={"file": ("照片.png", shared)}).json()["sha256"]
    case = sent(owner, "/api/drafts", item="ga-wufanzui")
    owner.post("/api/attachments", files={"file": ("照片.png", shared)}, data={"draft": case["id"], "document": "x"})

    async def later(days: int) -> None:
        now = site.house.now
        site.house.now = lambda: now() + timedelta(days=days)
        try:
            await sweeping.sweep(site.house.begin, site.house.ports)
        finally:
            site.house.now = now

    site.run(later, 6)
    assert len(owner.get("/api/registrations/proofs").json()["items"]) == 2
    site.run(later, 8)
    assert owner.get("/api/registrations/proofs").json()["items"] == []
    assert vault.get(kept)
    with pytest.raises(LookupError):
        vault.get(hashlib.sha256(alone).hexdigest())
