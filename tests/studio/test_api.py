"""The studio by program: what its pages do, with a key for each write; a repetition is the first answer again."""

import json
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

import httpx
import pytest

from tests.cases.kit import bearer

from .kit import EDITOR, GUIDE, POLICE_EDITOR, PUBLISHER, REVIEWER, soon, whole

_keys = count(1)
_names = count(1)
Program = Callable[..., Any]


class Hand:
    """A program of one member of staff."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client

    def post(self, path: str, status: int = 201, key: str = "", **body: Any) -> Any:
        headers = {"idempotency-key": key or f"studio-{next(_keys)}"}
        answer = self.client.post(f"/api/studio{path}", json=body or None, headers=headers)
        assert answer.status_code == status, f"{path}: {answer.status_code} {answer.text[:800]}"
        return answer.json()

    def get(self, path: str, status: int = 200) -> Any:
        answer = self.client.get(f"/api/studio{path}")
        assert answer.status_code == status, f"{path}: {answer.status_code} {answer.text[:800]}"
        return answer.json()


@pytest.fixture(scope="module")
def hands(site: Any) -> Callable[[str], Hand]:
    known: dict[str, Hand] = {}

    def hand(phone: str) -> Hand:
        return known.get(phone) or known.setdefault(phone, Hand(bearer(site, phone)))

    return hand


def started(hand: Hand) -> dict[str, Any]:
    return hand.post("/drafts", name_zh=f"程序做的事项{next(_names)}", name_en="Made by a program", category="shenghuo")


def imported(hand: Hand, **changed: Any) -> dict[str, Any]:
    made = whole(f"wl-api-{next(_names)}") | changed
    return hand.post("/imports", format="odservice", version=1, service=made)


def test_a_program_makes_and_publishes_a_service(site: Any, hands: Any) -> None:
    editor = hands(EDITOR)
    made = started(editor)
    draft = f"/drafts/{made['id']}"
    assert made["state"] == "editing"
    assert made["department"] == "wenlv"
    assert {"part": "questions", "title": "要问的问题", "entries": 2} in made["parts"]
    asked = editor.get(f"{draft}/parts/guide")
    saved = editor.post(f"{draft}/changes", part="guide", values=GUIDE, mark=asked["mark"])
    assert saved["service"]["guide"]["promised_days"] == 3
    question = {"label_zh": "您想借什么？", "label_en": "What?", "kind": "radios", "required": "yes",
                "options": "书 | Books\n画 | Pictures"}
    once = editor.post(f"{draft}/changes", key="one-question", part="questions", values=question)
    again = editor.post(f"{draft}/changes", key="one-question", part="questions", values=question)
    assert again == once
    assert [p["entries"] for p in editor.get(draft)["parts"] if p["part"] == "questions"] == [3]
    name = editor.get(f"{draft}/parts/questions?place=2")["values"]["name"]
    assert editor.post(f"{draft}/changes", 422, part="questions", values={"colour": "red"})["errors"][0]["pointer"] == "/values/colour"
    editor.post(f"{draft}/moves", part="questions", place=2, act="up")
    editor.post(f"{draft}/undos")
    read = editor.get(draft)
    changed = read["service"] | {"aliases": ["借画"]}
    assert editor.post(f"{draft}/revisions", rev=read["rev"], service=changed)["service"]["aliases"] == ["借画"]
    assert editor.post(f"{draft}/revisions", 409, rev=read["rev"], service=changed)["rev"] > read["rev"]
    assert [f for f in editor.get(draft)["findings"] if not f["advice"]] == []
    assert editor.post(f"{draft}/reviews")["state"] == "in_review"
    remark = hands(REVIEWER).post(f"{draft}/remarks", part="guide", words="写得很清楚")
    hands(REVIEWER).post(f"{draft}/remarks", 422, part="guide", words="")
    hands(REVIEWER).post(f"{draft}/returns")
    editor.post(f"{draft}/remarks/{remark['id']}/settlements")
    editor.post(f"{draft}/reviews")
    assert hands(REVIEWER).post(f"{draft}/endorsements")["state"] == "endorsed"
    past = (site.house.now() - timedelta(days=1)).isoformat()
    assert hands(PUBLISHER).post(f"{draft}/publications", 422, at=past)["errors"][0]["pointer"] == "/at"
    later = (site.house.now() + timedelta(days=1)).isoformat()
    assert hands(PUBLISHER).post(f"{draft}/publications", at=later)["state"] == "scheduled"
    assert hands(PUBLISHER).post(f"{draft}/publications", at=None)["state"] == "published"
    soon(lambda: site.client().get(f"/items/{made['item']}"), 200, "在线办理")
    answer = bearer(site, "13900990001").post("/api/cases", json={"item": made["item"], "answers": {name: "o1"}})
    assert answer.status_code == 201, answer.text


def test_what_is_out_rests_ends_and_begins_again(hands: Any) -> None:
    editor, bureau = hands(EDITOR), hands(PUBLISHER)
    made = imported(editor)
    draft, service = f"/drafts/{made['id']}", f"/services/{made['item']}"
    file = editor.client.get(f"/api/studio{draft}/file")
    assert json.loads(file.content)["service"] == made["service"]
    editor.post(f"{draft}/reviews")
    hands(REVIEWER).post(f"{draft}/endorsements")
    bureau.post(f"{draft}/publications", at=None)
    assert editor.client.get(f"/api/studio{service}/1/file").content == file.content
    bureau.post(f"{service}/suspensions", 422, notice_zh="")
    assert bureau.post(f"{service}/suspensions", notice_zh="系统升级")["closure"]["state"] == "suspended"
    assert bureau.post(f"{service}/resumptions", key="resumed-once")["closure"] is None
    assert bureau.post(f"{service}/resumptions", key="resumed-once")["closure"] is None
    assert bureau.post(f"{service}/publications", version=1)["version"] == 2
    bureau.post(f"{service}/publications", 404, version=9)
    following = editor.post(f"{service}/drafts")
    assert following["base_version"] == 2
    assert editor.get(service)["draft"] == following["id"]
    assert editor.post(f"/drafts/{following['id']}/discards")["id"] == following["id"]
    assert bureau.post(f"{service}/retirements", notice_zh="停办", successor="wl-jieshuzheng")["closure"]["successor"] == "wl-jieshuzheng"
    editor.post(f"{service}/suspensions", 403, notice_zh="x")


def test_a_trial_by_program(site: Any, hands: Any) -> None:
    editor = hands(EDITOR)
    draft = f"/drafts/{imported(editor)['id']}"
    assert editor.post(f"{draft}/trials", 422, phones=[])["errors"][0]["pointer"] == "/phones"
    begun = editor.post(f"{draft}/trials", phones=["139 0099 0001"])
    assert begun["people"] == 1
    assert editor.get(f"{draft}/trial")["cases"] == []
    editor.post(f"{draft}/trial-deletions", number="SB000")
    assert editor.post(f"{draft}/trial-ends")["until"] is None


def test_a_file_is_refused_whole_and_another_department_sees_nothing(hands: Any) -> None:
    editor, other = hands(EDITOR), hands(POLICE_EDITOR)
    made = imported(editor)
    draft = f"/drafts/{made['id']}"
    assert editor.post("/imports", 422, format="odservice", version=9, service={})["type"] == "/problems/newer-format"
    twice = editor.client.post("/api/studio/imports", content=b'{"format":"odservice","version":1,"service":{"a":1,"a":2}}',
                               headers={"content-type": "application/json"})  # fmt: skip
    assert twice.status_code == 422
    assert "stands twice" in twice.text
    editor.post(f"{draft}/revisions", 422, rev=1, service=made["service"] | {"department": "gongan"})
    editor.post(f"{draft}/revisions", 422, rev=1, service={"surprise": 1})
    editor.post("/imports", 409, format="odservice", version=1, service=made["service"])
    editor.post("/drafts", 422, name_zh=" ", category="nowhere")
    for path in ("", "/file", "/parts/guide", "/trial"):
        other.get(draft + path, 404)
    for act, body in (
        ("changes", {"part": "guide", "values": {}}), ("moves", {"part": "steps", "place": 0, "act": "up"}), ("undos", {}),
        ("revisions", {"rev": 1, "service": made["service"]}), ("discards", {}), ("reviews", {}), ("recalls", {}),
        ("remarks", {"words": "x"}), ("returns", {}), ("trials", {"phones": []}), ("trial-ends", {}),
    ):  # fmt: skip
        other.post(f"{draft}/{act}", 404, **body)
    assert made["id"] not in [one["id"] for one in other.get("/drafts")["items"]]
    assert made["id"] in [one["id"] for one in hands(PUBLISHER).get("/drafts")["items"]]
