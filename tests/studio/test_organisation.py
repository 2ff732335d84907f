"""An organisation that registered itself offers a service: made, read, published, found, applied for, decided by its own people."""

from typing import Any

from tests.cases.kit import bearer
from tests.orgs.kit import joined, organisation, proven, sent

from .kit import PUBLISHER, soon, whole

ANSWERS = {"area": "o1", "often": 2, "why": "read", "since": "2020-01-01", "young": "no", "phone": "13900990001"}


def offered(site: Any, owner: Any) -> dict[str, Any]:
    """Its first service, read by the bureau alone, because nobody else is there who has not written it."""
    made = sent(owner, "/api/studio/drafts", name_zh="书店会员证", name_en="Bookshop card", category="shenghuo")
    draft = f"/api/studio/drafts/{made['id']}"
    service = whole(made["item"]) | {key: made["service"][key] for key in ("department", "name")}
    service["form"]["documents"], service["guide"]["materials"] = [], []
    sent(owner, f"{draft}/revisions", rev=made["rev"], service=service)
    assert sent(owner, f"{draft}/reviews")["state"] == "endorsed"
    sent(owner, f"{draft}/publications", 403, at=None)
    assert sent(bearer(site, PUBLISHER), f"{draft}/publications", at=None)["state"] == "published"
    return made


def test_an_organisation_offers_a_service_and_decides_on_it(site: Any) -> None:
    _, owner = proven(site)
    organisation(site, owner, name="青禾西山书店有限公司")
    made = offered(site, owner)
    soon(lambda: site.client().get(f"/items/{made['item']}"), 200, "青禾西山书店有限公司")
    soon(lambda: site.client().get("/departments"), 200, "青禾西山书店有限公司")
    assert made["department"] not in [one["code"] for one in site.client().get("/api/departments").json()["items"]]
    assert "书店会员证" in site.client().get("/departments/" + made["department"]).text
    assert "书店会员证" in site.client().get("/search?q=书店会员证").text
    resident = bearer(site, "13900990001")
    case = sent(resident, "/api/cases", item=made["item"], answers=ANSWERS)
    phone, clerk = proven(site)
    joined(site, owner, phone, clerk, "clerk")
    assert [one["number"] for one in clerk.get("/api/desk/inbox").json()["items"]] == [case["number"]]
    _nobody_else(site, owner, made, case)
    sent(clerk, f"/api/cases/{case['id']}/claims")
    assert clerk.get(f"/api/desk/cases/{case['id']}").json()["answers"]["why"] == "read"
    taken = sent(clerk, f"/api/cases/{case['id']}/acceptances", words="")
    sent(clerk, f"/api/cases/{case['id']}/transfers", 422, department="gongan", reason="转")
    sent(clerk, f"/api/cases/{case['id']}/decisions", outcome="granted", rev=taken["rev"])
    assert resident.get(f"/api/cases/{case['id']}").json()["outcome"] == "granted"
    seen = resident.get("/api/me/access").json()["items"][0]
    assert (seen["case"], seen["department"]["zh"]) == (case["number"], "青禾西山书店有限公司")


def _nobody_else(site: Any, owner: Any, made: dict[str, Any], case: dict[str, Any]) -> None:
    """The neighbour organisation, clerks whose names are not proven, and the city's own clerks."""
    _, neighbour = proven(site)
    organisation(site, neighbour, name="青禾东湖药店有限公司")
    phone, theirs = proven(site)
    joined(site, neighbour, phone, theirs, "clerk")
    unproven_phone = site.new_phone()
    unproven = bearer(site, unproven_phone)
    joined(site, owner, unproven_phone, unproven, "clerk")
    assert neighbour.get(f"/api/studio/drafts/{made['id']}").status_code == 404
    assert neighbour.get(f"/api/studio/services/{made['item']}").status_code == 404
    assert made["item"] not in neighbour.get("/api/studio/services").text
    assert theirs.get("/api/desk/inbox").json()["items"] == []
    assert theirs.get(f"/api/desk/cases/{case['id']}").status_code == 404
    assert bearer(site, "13800990101").get(f"/api/desk/cases/{case['id']}").status_code == 404
    assert unproven.get("/api/desk/inbox").status_code == 403
    assert owner.get("/api/desk/inbox").status_code == 403


def test_a_second_person_of_the_organisation_reads_it_first(site: Any) -> None:
    _, owner = proven(site)
    organisation(site, owner)
    phone = site.new_phone()
    editor = bearer(site, phone)
    joined(site, owner, phone, editor, "editor")
    made = sent(editor, "/api/studio/drafts", name_zh="书店借书", category="shenghuo")
    draft = f"/api/studio/drafts/{made['id']}"
    service = whole(made["item"]) | {key: made["service"][key] for key in ("department", "name")}
    sent(editor, f"{draft}/revisions", rev=made["rev"], service=service)
    assert sent(editor, f"{draft}/reviews")["state"] == "in_review"
    sent(editor, f"{draft}/endorsements", 403)
    assert sent(owner, f"{draft}/endorsements")["state"] == "endorsed"


def test_its_editor_handles_what_was_tried(site: Any) -> None:
    """No staff of the city, and yet the tries of its own trial are there to be decided, and go."""
    _, owner = proven(site)
    organisation(site, owner)
    made = sent(owner, "/api/studio/drafts", name_zh="书店试办", category="shenghuo")
    draft = f"/api/studio/drafts/{made['id']}"
    service = whole(made["item"]) | {key: made["service"][key] for key in ("department", "name")}
    service["form"]["documents"] = []
    sent(owner, f"{draft}/revisions", rev=made["rev"], service=service)
    code = sent(owner, f"{draft}/trials", phones=["13900990001"])["code"]
    tester = bearer(site, "13900990001")
    case = sent(tester, "/api/cases", item=code, answers=ANSWERS)
    assert [c["status"] for c in owner.get(f"{draft}/trial").json()["cases"]] == ["submitted"]
    decided = sent(owner, f"{draft}/trial-decisions", number=case["number"], act="grant")
    assert [c["status"] for c in decided["cases"]] == ["decided"]
    assert sent(owner, f"{draft}/trial-ends")["cases"] == []
    assert tester.get(f"/api/cases/{case['id']}").status_code == 404
