"""What tests of the studio share: its people, a service filled in part by part, and the way to publish it."""

import re
import time
from collections.abc import Callable
from html import unescape as unescaped
from itertools import count
from typing import Any

import httpx

EDITOR, SECOND_EDITOR, REVIEWER, PUBLISHER = "13800991902", "13800991904", "13800991903", "13800991604"
POLICE_EDITOR, POLICE_REVIEWER = "13800990105", "13800990106"
GUIDE = {
    "summary_zh": "一张证在两个区的图书馆都能借书。", "summary_en": "One card for the libraries of two districts.",
    "who_zh": "住在本市的人。", "who_en": "Anyone who lives here.", "fee_zh": "不收费", "fee_en": "Free",
    "promised_days": "3", "statutory_days": "20", "trips": "0", "where_zh": "全程网上办", "where_en": "Entirely online",
    "basis": "《中华人民共和国公共图书馆法》第三十三条", "objection_zh": "", "objection_en": "",
}  # fmt: skip
QUESTION = {"required": "yes", "held": "held", "alone": "yes", "when_join": "all"}
QUESTIONS: list[dict[str, str]] = [
    {"label_zh": "您想在哪个区借书？", "label_en": "Where do you want to borrow?", "kind": "radios", "name": "area",
     "options": "东湖区 | Donghu\n西山区 | Xishan"},
    {"label_zh": "要不要借儿童读物？", "label_en": "Children's books?", "kind": "yes_no", "name": "children"},
    {"label_zh": "孩子几岁？", "label_en": "How old is the child?", "kind": "number", "name": "child_age", "least": "0", "limit": "17",
     "when_1": "eq:/children:yes", "reason": "问的是孩子，不是申请人本人"},
    {"label_zh": "办好后怎么告诉您？", "label_en": "How shall we tell you?", "kind": "phone", "name": "phone", "element": "person.phone",
     "held": "editable"},
    {"label_zh": "您喜欢看哪类书？", "label_en": "What do you like to read?", "kind": "checks", "name": "likes", "required": "no",
     "options": "小说 | Novels\n历史 | History\n科学 | Science"},
    {"label_zh": "还有什么要说的？", "label_en": "Anything else?", "kind": "textarea", "name": "more", "required": "no"},
]  # fmt: skip
PAPER = {"name_zh": "学生证照片", "name_en": "Photo of the student card", "required": "yes", "max": "2"}
_names = count(1)


class Maker:
    """One person's browser, and what is done with it in the studio."""

    def __init__(self, browser: httpx.Client) -> None:
        self.browser = browser

    def post(self, path: str, status: int = 303, **data: Any) -> httpx.Response:
        answer = self.browser.post(path, data=data, follow_redirects=False)
        assert answer.status_code == status, f"{path}: {answer.status_code} {told(answer)}"
        return answer

    def page(self, path: str, status: int = 200) -> str:
        answer = self.browser.get(path, follow_redirects=False)
        assert answer.status_code == status, f"{path}: {answer.status_code} {told(answer)}"
        return answer.text

    def mark(self, path: str) -> str:
        return re.search(r'name="mark" value="([^"]*)"', self.page(path))[1]  # type: ignore[index]

    def save(self, path: str, status: int = 303, **typed: str) -> httpx.Response:
        """Fill a part's page and press save."""
        return self.post(path, status, mark=self.mark(path), **(typed_on(self.page(path)) | typed))

    def started(self, name: str = "", **more: str) -> str:
        """The address of a new draft."""
        name = name or f"跨区图书证{next(_names)}"
        made = self.post("/studio/new", name_zh=name, name_en="Library card", category="shenghuo", **more)
        return made.headers["location"]

    def written(self, name: str = "", **more: str) -> str:
        """A whole service: guide, step, material, six questions, one paper."""
        draft = self.started(name, **more)
        self.save(f"{draft}/parts/guide", **GUIDE)
        self.save(f"{draft}/parts/steps/new", zh="在这里回答几个问题。", en="Answer a few questions.")
        material = {"name_zh": "学生证", "name_en": "Student card", "from": "upload", "kind": "copy", "required": "yes"}
        self.save(f"{draft}/parts/materials/new", **material)
        for question in QUESTIONS:
            self.save(f"{draft}/parts/questions/new", **(QUESTION | question))
        self.save(f"{draft}/parts/papers/new", **(PAPER | {"when_1": "eq:/children:no", "when_join": "all"}))
        return draft


def typed_on(page: str) -> dict[str, str]:
    """What stands in the boxes of a page, one value each."""
    boxes = re.findall(r'<input class="input[^>]*? name="([^"]+)" value="([^"]*)"', page)
    found = {name: unescaped(value) for name, value in boxes}
    found |= dict(re.findall(r'<input type="radio"[^>]*? name="([^"]+)" value="([^"]*)" checked', page))
    for name, value in re.findall(r'<textarea[^>]*? name="([^"]+)"[^>]*>([^<]*)</textarea>', page):
        found[name] = unescaped(value)
    for name, inside in re.findall(r'<select[^>]*? name="([^"]+)"[^>]*>(.*?)</select>', page):
        chosen = re.search(r'value="([^"]*)" selected', inside)
        found[name] = chosen[1] if chosen else ""
    return found


def told(answer: httpx.Response) -> str:
    """What a refused page says."""
    return " | ".join(re.findall(r'class="wrong"[^>]*>(?:<span[^>]*>[^<]*</span>)?([^<]*)</p>', answer.text)[:6])


def soon(look: Callable[[], httpx.Response], status: int, words: str = "") -> httpx.Response:
    """What is seen within two seconds: so long may a process go on with what it knew."""
    until = time.monotonic() + 2
    while (answer := look()).status_code != status or words not in answer.text:
        assert time.monotonic() < until, f"{answer.status_code} {answer.text[-2000:]}"
        time.sleep(0.02)
    return answer


def published(people: Any, draft: str) -> None:
    """Sent, read, and out."""
    people(EDITOR).post(f"{draft}/send")
    people(REVIEWER).post(f"{draft}/endorse")
    people(PUBLISHER).post(f"{draft}/publish", when="now")


def code_of(maker: Maker, draft: str) -> str:
    """The public code of a draft's service."""
    return re.search(r'· <span class="num">([a-z0-9-]+)</span>', maker.page(draft))[1]  # type: ignore[index]


FAMILY: dict[str, Any] = {
    "label": {"zh": "Family?", "en": "Who else is in the family?"}, "as": "group", "reason": "About the family",
    "of": {"called": {"label": {"zh": "Called", "en": "Called"}, "as": "text"},
           "born": {"label": {"zh": "Born on", "en": "Born on"}, "as": "date"}},
}  # fmt: skip


def made_service(hand: Any, code: str, *, paper: bool = True) -> str:
    """A whole service as a draft, through a browser's own requests (Playwright's); its address. Its paper may be left out on wish."""
    from onedoor.studio.bundle import file

    made = whole(code)
    made["form"]["documents"][0]["required"] = paper
    sent = {"file": {"name": "x.odservice", "mimeType": "application/json", "buffer": file.written(made)}}
    answer = hand.post("/studio/import", multipart=sent, max_redirects=0)
    if answer.status == 303:
        return answer.headers["location"]
    found = re.search(r"/studio/drafts/service_[0-9a-f]+", answer.text())
    assert found, answer.text()[-2000:]
    return found[0]


def whole(code: str) -> dict[str, Any]:
    """The tables of a sound service: choices, a condition, a repeated group, a paper. Its words are English in both languages."""
    from onedoor.studio.bundle import outline

    made = outline.blank(code, "wenlv", "shenghuo", {"zh": "Library card", "en": "Library card"})
    made["guide"] |= {
        "fee": {"zh": "Free", "en": "Free"}, "where": {"zh": "Online", "en": "Online"},
        "summary": {"zh": "Borrow", "en": "Borrow books"}, "who": {"zh": "Everyone", "en": "Everyone"}, "basis": ["Public Libraries Act"],
        "steps": [{"zh": "Answer", "en": "Answer questions"}],
        "materials": [{"name": {"zh": "Student card", "en": "Student card"}, "kind": "copy", "from": "upload", "required": True}],
    }  # fmt: skip
    form = made["form"]
    options = [{"value": v, "label": {"zh": zh, "en": en}} for v, zh, en in (("o1", "Donghu", "Donghu"), ("o2", "Xishan", "Xishan"))]
    entry = {"type": "object", "additionalProperties": False, "required": ["called"],
             "properties": {"called": {"type": "string"}, "born": {"$ref": "od:date"}}}  # fmt: skip
    asked: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
        "area": ({"enum": ["o1", "o2"]}, {"label": {"zh": "Where?", "en": "Where?"}, "as": "radios", "options": options}),
        "often": ({"type": "integer"}, {"label": {"zh": "How often?", "en": "How often a month?"}, "as": "number"}),
        "why": ({"type": "string"}, {"label": {"zh": "Why?", "en": "Why?"}, "as": "textarea"}),
        "since": ({"$ref": "od:date"}, {"label": {"zh": "Since when?", "en": "Since when?"}, "as": "date"}),
        "young": ({"enum": ["yes", "no"]}, {"label": {"zh": "With a child?", "en": "With a child?"}, "as": "radios"}),
        "phone": ({"$ref": "od:phone"}, {"label": {"zh": "Contact?", "en": "Contact?"}, "as": "phone"}),
        "family": ({"type": "array", "items": entry, "maxItems": 4}, FAMILY),
    }  # fmt: skip
    for name, (shape, words) in asked.items():
        form["schema"]["properties"][name], form["fields"][name] = shape, words
        form["pages"].append({"id": name, "ask": [name]})
    form["pages"][-1]["when"] = {"eq": ["/young", "yes"]}
    form["bindings"]["/phone"] = {"element": "person.phone", "editable": True}
    form["documents"] = [{"code": "paper-1", "name": {"zh": "Photo", "en": "Photo of the student card"}, "required": True, "max": 2}]
    return made
