"""疫情直报: from a clinic's five fields to whoever traces."""

import os

from .test_watching import DISTRICT, GRID, NOW, STAFF

REPORTER = "13800990613"


def test_a_suspected_case_is_reported_in_five_fields(site) -> None:
    """A receipt at once; the same person again is linked; whoever traces there is told, and sees no whole number."""
    clinic, tracer, person = (site.sign_in(one) for one in (REPORTER, STAFF["tracer"], "13900990001"))
    said = {
        "id_number": "990105199203180222", "disease": "手足口病", "onset": f"{NOW:%Y-%m-%d}", "division": GRID, "phone": "13800990613",
    }  # fmt: skip
    wrong = clinic.post("/desk/passes/report", data=said | {"id_number": "1", "onset": "2999-01-01", "division": DISTRICT, "phone": "x"})
    assert wrong.status_code == 422
    for told in ("身份证号不对", "最近 60 天", "请选择您负责的一个地方", "能打通的电话", 'value="手足口病"'):
        assert told in wrong.text, told
    first = clinic.post("/desk/passes/report", data=said)
    assert "回执号" in first.text
    assert "已经连在一起" not in first.text
    key = {"accept": "application/json", "idempotency-key": os.urandom(12).hex()}
    again = clinic.post("/api/passes/case-reports", json=said, headers=key)
    assert again.status_code == 201, again.text
    assert again.json()["linked"]
    assert clinic.post("/api/passes/case-reports", json=said, headers=key).json() == again.json()
    site.jobs()
    assert "上报了一例疑似手足口病" in tracer.get("/inbox").text
    seen = tracer.get("/supervise/reports").text
    assert seen.count("手足口病") == 2
    assert "990105199203180222" not in seen
    assert "查看疑似病例的上报" in person.get("/me/access").text, "whoever traces has looked at it"
    assert "上报疑似病例：手足口病" in person.get("/me/access").text
    assert site.sign_in(STAFF["grid"]).get("/supervise/reports").status_code == 403
    assert person.post("/desk/passes/report", data=said).status_code == 403
