"""What the pages of a draft show: one question, one paper, two devices' answers, and everything before handing in."""
from collections.abc import Iterator
from typing import Any

from onedoor.cases.errors import AnswersChanged
from onedoor.cases.forms import showing
from onedoor.cases.forms.engine import Page
from onedoor.cases.models import Draft
from onedoor.cases.service import abroad, drafts, promising, rungs
from onedoor.cases.service.checklist import checklist
from onedoor.cases.service.definitions import city_day, city_moment
from onedoor.cases.service.drafts import Desk
from onedoor.cases.service.origins import absent, origin, wrong_link
from onedoor.exchange.models import TROUBLE, FieldState
from onedoor.kernel.i18n import day, pick
from onedoor.kernel.work import Work

from ._view import scan_words, size


def onward(work: Work, desk: Desk, done: str, to: str) -> str:
    """The page after `done`; coming from check-your-answers, back there unless the change has opened something new."""
    base, order = f"/drafts/{desk.draft.id}", desk.order()
    if to == "check":
        wrong = {f.page for f in desk.faults(work)}
        return f"{base}/{next((f'{p}?to=check' for p in order if p in wrong), 'check')}"
    place = order.index(done) + 1 if done in order else 0
    return f"{base}/{order[place] if place < len(order) else 'check'}"


def behind(desk: Desk, ident: str, to: str) -> str:
    """Where the back link leads."""
    order = desk.order()
    place = order.index(ident) if ident in order else 0
    if to == "check":
        return f"/drafts/{desk.draft.id}/check"
    return f"/drafts/{desk.draft.id}/{order[place - 1]}" if place else f"/apply/{desk.draft.item}"


def common(work: Work, desk: Desk, ident: str, to: str) -> dict[str, Any]:
    """What every page of a draft shows."""
    order = desk.order()
    labels = [pick(work.locale, desk.form.questions[n].label) for n in desk.changed if n in desk.form.questions]
    return {
        "draft": desk.draft, "service": pick(work.locale, desk.draft.title), "back": behind(desk, ident, to), "to": to,
        "number": order.index(ident) + 1 if ident in order else len(order), "total": len(order), "changed": labels,
    }  # fmt: skip


def view(work: Work, desk: Desk, asked: Page, values: dict[str, Any], to: str) -> dict[str, Any]:
    """One page of questions; held answers stand there read-only with their source."""
    held, alone, sealed, values = desk.held, len(asked.ask) == 1, desk.sealed, desk.veil.over(values)
    fields: list[dict[str, Any]] = []
    for name in asked.ask:
        q = desk.form.questions[name]
        fact, field = desk.facts.get(q.element), desk.fields.get(q.element)
        told = origin(work, fact, field) if fact and (name in held or values.get(name) == fact.value) else ""
        one = showing.field(work.locale, q, held.get(name, values.get(name)), told, heading=alone)
        if name in held:
            one |= {"kind": "readonly", "value": showing.answer(work.locale, q, held[name])}
            one |= {"wrong": wrong_link(work, desk, q.element)} if field else {}
        elif field and name not in desk.veil.questions and (why := absent(work, field)):
            stop = ". " if work.locale == "en" else "。"
            one |= {"hint": stop.join(filter(None, (one["hint"].rstrip("。. "), why))), "state": str(field.state)}
        if name in sealed:
            one |= {"kind": "readonly", "value": desk.veil.words, "source": "", "wrong": ""}
        fields.append(one)
    return common(work, desk, asked.id, to) | {
        "ask": asked.id, "title": pick(work.locale, asked.title), "fields_shown": fields, "alone": alone,
        "mark": drafts.seen(desk.draft.answers, asked),
        "address": f"/drafts/{desk.draft.id}/{asked.id}{'?to=check' if to == 'check' else ''}",
        "waiting": any(f.get("state") == FieldState.PENDING for f in fields),
        "failed": any(f.get("state") in TROUBLE for f in fields), "consents": any(f.get("state") == FieldState.CONSENT for f in fields),
    }  # fmt: skip


async def offers(work: Work, desk: Desk, asked: Page) -> dict[str, Any]:
    """What may be pressed instead of typing the answers of this page: certificates from elsewhere or of one's own, or a promise."""
    found, stop = await rungs.rungs(work, desk, asked.ask), ", " if work.locale == "en" else "、"
    labels = {q.element: promising.title_of(q) for q in desk.form.questions.values()}
    certs = [
        {"id": str(u.cert.id), "name": pick(work.locale, u.name), "facts": stop.join(pick(work.locale, labels[e]) for e in u.values)}
        for u in found.uses
    ]
    return {
        "elsewhere": bool(await abroad.ways_of(work, desk, frozenset(asked.ask))), "certs": certs,
        "promises": {name: pick(work.locale, words) for name, words in found.promises.items()},
        "promised": bool(found.promises) and rungs.promised(desk, found.promises),
    }  # fmt: skip


def both(work: Work, desk: Desk, asked: Page, bad: AnswersChanged, to: str) -> dict[str, Any]:
    """Both values side by side, when another device has answered the same page meanwhile."""
    mine, theirs = (desk.veil.answers(bad.extra[k]) for k in ("mine", "theirs"))  # type: ignore[arg-type]
    def shown(answers: Any, name: str) -> str:
        return showing.answer(work.locale, desk.form.questions[name], answers.get(name))

    rows = [[pick(work.locale, desk.form.questions[n].label), shown(mine, n), shown(theirs, n)] for n in asked.ask]
    raw = [pair for n, value in dict(bad.extra["values"]).items() for pair in flat(n, value)]  # type: ignore[call-overload]
    return common(work, desk, asked.id, to) | {"ask": asked.id, "rows": rows, "raw": raw, "mark": bad.extra["mark"]}


def flat(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """A typed answer as the page posts it: the boxes of a date, the ticks of a list, the boxes of each entry of a group."""
    if isinstance(value, dict):
        for part, inner in value.items():
            yield from flat(f"{name}-{part}", inner)
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from flat(f"{name}-{i}" if isinstance(inner, dict) else name, inner)
    else:
        yield name, value


def paper_view(work: Work, desk: Desk, code: str, to: str) -> dict[str, Any]:
    """One paper to upload, with what has been uploaded."""
    paper = next(d for d in desk.papers if d.code == code)
    have = [
        {"id": str(f.id), "name": f.name, "size": size(work.locale, f.size), "state": scan_words(work.locale, f.scan)}
        for f in desk.files if f.document == code
    ]  # fmt: skip
    return common(work, desk, paper.page, to) | {
        "paper": paper, "label": pick(work.locale, paper.name), "hint": pick(work.locale, paper.hint), "have": have, "code": code,
        "later": str(desk.draft.later[code].how) if drafts.made_good(paper, desk.draft.later) else "",
        "promise": pick(work.locale, promising.words_of(paper.name)),
    }  # fmt: skip


def check_view(work: Work, desk: Desk) -> dict[str, Any]:
    """The rows of check-your-answers."""
    order = desk.order()
    back = f"/drafts/{desk.draft.id}/{order[-1]}" if order else f"/apply/{desk.draft.item}"
    return common(work, desk, "check", "") | checklist(work, desk) | {"back": back}


def draft_rows(work: Work, mine: list[Draft]) -> list[dict[str, str]]:
    """Open drafts as a list."""
    return [
        {
            "id": str(d.id), "title": pick(work.locale, d.title), "saved": city_moment(work.locale, d.changed_at),
            "until": day(work.locale, city_day(d.expires_at)),
        }
        for d in mine
    ]  # fmt: skip
