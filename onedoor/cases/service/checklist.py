"""核对: everything that would be handed in, in words, each with its way back; and what still stands in the way."""

from collections.abc import Mapping, Sequence
from typing import Any

from onedoor.cases.errors import WrongAnswers
from onedoor.cases.forms import reading, showing
from onedoor.cases.forms.engine import Document, Fault, Form, Page
from onedoor.cases.models import How
from onedoor.kernel.i18n import Text, pick, say
from onedoor.kernel.work import Work

from .drafts import Desk, made_good
from .origins import origin, typed_note, wrong_link


def checklist(work: Work, desk: Desk, more: Sequence[Mapping[str, str]] = ()) -> dict[str, Any]:
    """What is held, what was answered, what was uploaded, what is open, and what sleeps. `more` is what else stands in the way."""
    locale, form, base = work.locale, desk.form, f"/drafts/{desk.draft.id}"
    held, kept = desk.held, desk.veil.answers(form.kept(desk.draft.answers, desk.elements))
    elements = {n: form.questions[n].element for n in held if n not in desk.veil.questions}
    sources = {n: origin(work, desk.facts[e], desk.fields.get(e)) for n, e in elements.items()}
    wrongs = {n: wrong_link(work, desk, e) for n, e in elements.items() if e in desk.fields}
    faults = {one["pointer"]: Fault(one["pointer"], one["detail"], one["page"]) for one in more}
    faults |= {fault.pointer: fault for fault in desk.faults(work)}
    answered = [
        {
            "question": pick(locale, form.questions[n].label), "answer": showing.answer(locale, form.questions[n], kept.get(n)),
            "href": f"{base}/{p.id}?to=check", "note": typed_note(work, desk, n),
        }
        for p in desk.asked for n in p.ask if n not in held
    ]  # fmt: skip
    return {
        "known": showing.rows(locale, form, {n: v for n, v in kept.items() if n in held}, sources, wrongs=wrongs), "answered": answered,
        "papers": [_paper_row(work, desk, d) for d in desk.papers], "open": [_open_row(work, desk, f) for f in faults.values()],
        "asleep": [pick(locale, form.questions[n].label) for n in form.asleep(desk.draft.answers, desk.elements)],
    }  # fmt: skip


def _paper_row(work: Work, desk: Desk, paper: Document) -> dict[str, str]:
    """A paper with the names of its files."""
    names = [f.name for f in desk.files if f.document == paper.code]
    if not names and made_good(paper, desk.draft.later):
        owes = desk.draft.later[paper.code].how is How.OWE
        names = [say(work.locale, "以后补交") if owes else say(work.locale, "用承诺代替")]
    return {
        "question": pick(work.locale, paper.name), "answer": ", ".join(names) or say(work.locale, "未上传"),
        "href": f"/drafts/{desk.draft.id}/{paper.page}?to=check",
    }  # fmt: skip


def _open_row(work: Work, desk: Desk, fault: Fault) -> dict[str, str]:
    """Something that stands in the way, and where to mend it."""
    question = desk.form.questions.get(fault.pointer[1:])
    label = pick(work.locale, question.label) if question else ""
    href = f"/drafts/{desk.draft.id}/{fault.page}?to=check"
    return {"title": label or fault.detail, "detail": fault.detail if label else "", "href": href}


def fields(work: Work, form: Form, names: Sequence[str], values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Some questions of a form, to be put on a page of another room."""
    return [showing.field(work.locale, form.questions[n], values.get(n), "", heading=False) for n in names]


def rows(work: Work, form: Form, answers: Mapping[str, Any]) -> list[dict[str, str]]:
    """Answers in words, in the order of the form."""
    return showing.rows(work.locale, form, answers)


def typed(form: Form, names: Sequence[str], sent: Mapping[str, list[str]]) -> dict[str, Any]:
    """What was typed for those questions."""
    return reading.typed(form, _page(names), sent, {})


def only(work: Work, form: Form, names: Sequence[str], raw: Mapping[str, Any]) -> dict[str, Any]:
    """The answers to those questions alone; WrongAnswers names every fault and keeps what was typed."""
    given = reading.meant(form, {n: v for n, v in raw.items() if n in names})
    strange = [Fault(f"/{n}"[:200], say(work.locale, "表单里没有这个问题"), "") for n in raw if n not in names]
    faults = strange + form.page_faults(_page(names), given, {}, work.locale, work.today)
    if faults:
        raise WrongAnswers(errors=[{"pointer": f.pointer, "detail": f.detail} for f in faults], values=reading.again(raw))
    return given


def _page(names: Sequence[str]) -> Page:
    return Page("", tuple(names), Text(""))
