"""What the studio's pages show."""

from typing import Any

from onedoor.cases.service.definitions import city_moment
from onedoor.kernel.i18n import pick, say
from onedoor.kernel.text import printable
from onedoor.kernel.work import Work
from onedoor.orgs import service as orgs
from onedoor.orgs.models import OrgId
from onedoor.studio.bundle import checks, outline
from onedoor.studio.bundle.boxes import Box, Typed
from onedoor.studio.bundle.checks import Finding
from onedoor.studio.errors import NoSuchPart, NoSuchServiceDraft
from onedoor.studio.models import Draft, DraftId, Grants, Line, State
from onedoor.studio.service import drafts, reviewing
from onedoor.studio.service.drafts import Seen

TONES = {State.EDITING: "", State.IN_REVIEW: "orange", State.ENDORSED: "orange", State.SCHEDULED: "blue", State.PUBLISHED: "green"}
MOST_TYPED = 20_000


def draft_of(text: str) -> DraftId:
    """The draft an address names."""
    try:
        return DraftId.parse(text)
    except ValueError:
        raise NoSuchServiceDraft() from None


def place_of(text: str) -> int:
    """The place in a list that an address names; "new" is a new entry."""
    if text == "new":
        return -1
    if not (text.isascii() and text.isdigit() and len(text) < 4):
        raise NoSuchPart(place=text[:20])
    return int(text)


def texts(sent: Any, boxes: list[Box]) -> Typed:
    """What was typed into these boxes; a box that is not there is empty."""
    found: Typed = {}
    for box in boxes:
        values = [v[:MOST_TYPED].replace("\r\n", "\n") for v in sent.getall(box.name, []) if isinstance(v, str)]
        found[box.name] = values if box.shape == "list" else (values or [""])[0]
    return found


def word(sent: Any, name: str, most: int = 200) -> str:
    """One posted word."""
    value = sent.get(name, "")
    return printable(value)[:most].strip() if isinstance(value, str) else ""


def state_words(locale: str, state: State) -> str:
    """Where a draft stands."""
    words = {
        State.EDITING: say(locale, "正在编写"), State.IN_REVIEW: say(locale, "等同事审核"),
        State.ENDORSED: say(locale, "等政务服务部门发布"), State.SCHEDULED: say(locale, "到时间自动发布"),
        State.PUBLISHED: say(locale, "已发布"), State.DISCARDED: say(locale, "已作废"),
    }  # fmt: skip
    return words[state]


async def office_name(work: Work, org: OrgId) -> str:
    """The department's short name; one that is no longer known has none."""
    found = await orgs.department_of(work, org)
    return pick(work.locale, found.short) if found else say(work.locale, "（部门已不在）")


async def list_row(work: Work, line: Line) -> dict[str, Any]:
    """A draft in the list."""
    return {
        "href": f"/studio/drafts/{line.id}", "title": pick(work.locale, line.name) or line.item,
        "tag": state_words(work.locale, line.state), "tone": TONES.get(line.state, ""),
        "detail": say(work.locale, "{office} · {who}，{at} 改", office=await office_name(work, line.org_ref), who=line.changed_by,
                      at=city_moment(work.locale, line.changed_at)),
    }  # fmt: skip


def href_of(draft: Draft, found: Finding) -> str:
    """The box to mend it in."""
    base = f"/studio/drafts/{draft.id}"
    if outline.BY_KEY[found.part].many and found.place < 0:
        return f"{base}#part-{found.part}"
    place = f"/{found.place}" if found.place >= 0 else ""
    return f"{base}/parts/{found.part}{place}" + (f"#field-{found.box}" if found.box else "")


async def overview(work: Work, draft: Draft) -> dict[str, Any]:
    """Everything on the page of a draft."""
    locale, known = work.locale, await drafts.world(work)
    found = checks.findings(locale, draft.bundle, known)
    told = await reviewing.remarks(work, draft)
    edits = Grants.EDIT in work.actor.grants and work.actor.org == draft.org_ref
    parts = [
        {
            "key": part.key, "title": outline.title(locale, part.key), "many": part.many,
            "entries": [
                {"place": e.place, "label": e.label, "detail": e.detail, "mark": drafts.mark_of(locale, draft.bundle, known, part, e.place)}
                for e in outline.lines(locale, draft.bundle, part.key)
            ] if part.many else [],
            "wrong": sum(1 for f in found if f.part == part.key and not f.advice),
            "said": sum(1 for r in told if r.part == part.key and not r.done),
        }
        for part in outline.shown(draft.bundle)
    ]  # fmt: skip
    last = await drafts.undoable(work, draft)
    return {
        "draft": draft, "name": pick(locale, draft.bundle["name"]), "state": state_words(locale, draft.state),
        "tone": TONES.get(draft.state, ""), "office": await office_name(work, draft.org_ref), "parts": parts,
        "edits": edits and draft.state is State.EDITING,
        "own": edits, "reads": reviewing.reads(work, draft), "stands": str(draft.state),
        "wrong": [{"words": f.words, "href": href_of(draft, f)} for f in found if not f.advice],
        "advice": [{"words": f.words, "href": href_of(draft, f)} for f in found if f.advice],
        "remarks": [
            {"id": str(r.id), "part": outline.title(locale, r.part), "words": r.words, "by": r.by, "at": city_moment(locale, r.at),
             "done": r.done}
            for r in told
        ],
        "undo": outline.title(locale, last.part) if last else "", "changed": city_moment(locale, draft.changed_at),
        "publish_at": city_moment(locale, draft.publish_at) if draft.publish_at else "",
        "sections": [{"value": "", "label": outline.title(locale, "")}, *({"value": p["key"], "label": p["title"]} for p in parts)],
    }  # fmt: skip


def part_view(seen: Seen, typed: Typed, errors: list[dict[str, str]]) -> dict[str, Any]:
    """One part as a form."""
    locale = seen.scene.locale
    wrong = {e["pointer"].strip("/"): e["detail"] for e in errors}
    return {
        "draft": seen.draft, "name": pick(locale, seen.draft.bundle["name"]), "title": outline.title(locale, seen.part.key),
        "action": action_of(seen), "mark": seen.mark, "errors": errors,
        "groups": grouped([box_view(box, typed.get(box.name, ""), wrong.get(box.name, "")) for box in seen.part.boxes(seen.scene)]),
        "back": f"/studio/drafts/{seen.draft.id}#part-{seen.part.key}", "edits": seen.draft.state is State.EDITING,
        "fresh": seen.part.many and seen.scene.place < 0,
    }  # fmt: skip


def action_of(seen: Seen) -> str:
    place = ("/new" if seen.scene.place < 0 else f"/{seen.scene.place}") if seen.part.many else ""
    return f"/studio/drafts/{seen.draft.id}/parts/{seen.part.key}{place}"


def box_view(box: Box, value: Any, error: str) -> dict[str, Any]:
    """What the field macro takes."""
    shown = [printable(v) for v in value] if isinstance(value, list) else printable(str(value))
    if box.options and not isinstance(value, list) and box.shape == "list":
        shown = [shown] if shown else []
    return {
        "name": box.name, "label": box.label, "group": box.group, "kind": box.kind, "value": shown, "hint": box.hint, "error": error,
        "required": box.required,
        "options": [{"value": code, "label": words} for code, words in box.options],
    }  # fmt: skip


def grouped(boxes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Boxes in a row under one heading; a heading is open when something stands below it or is wrong."""
    found: list[dict[str, Any]] = []
    for box in boxes:
        if not found or found[-1]["title"] != box["group"]:
            found.append({"title": box["group"], "boxes": [], "open": False})
        found[-1]["boxes"].append(box)
        found[-1]["open"] |= bool(box["error"] or (box["value"] and box["kind"] != "radios" and box["name"] != "name"))
    return found


def both_view(seen: Seen, mine: Typed, theirs: Typed, mark: str) -> dict[str, Any]:
    """Two editors' texts side by side, where they differ."""
    locale = seen.scene.locale

    def said(box: Box, value: Any) -> str:
        words = dict(box.options)
        shown = [words.get(v, v) for v in (value if isinstance(value, list) else [value])]
        return "、".join(printable(str(v)) for v in shown) or say(locale, "未填写")

    boxes = seen.part.boxes(seen.scene)
    rows = [
        [b.label, said(b, mine.get(b.name, "")), said(b, theirs.get(b.name, ""))]
        for b in boxes if mine.get(b.name, "") != theirs.get(b.name, "")
    ]  # fmt: skip
    raw = [(b.name, v) for b in boxes for v in (mine.get(b.name, "") if b.shape == "list" else [mine.get(b.name, "")])]
    return part_view(seen, theirs, []) | {"rows": rows, "raw": raw, "mark": mark}


