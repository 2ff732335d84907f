"""Filling a draft: begun or resumed, one page at a time, on any device, and never lost."""
import hashlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import msgspec
from msgspec import Struct

from onedoor.cases import policy
from onedoor.cases.errors import AnswersChanged, DraftExpired, FormRetired, NoSuchDraft, TooManyDrafts, WrongAnswers
from onedoor.cases.forms.engine import Document, Fault, Form, Page
from onedoor.cases.forms.plain import faults_of
from onedoor.cases.forms.reading import again, meant
from onedoor.cases.models import Attachment, Draft, DraftId, How, Later
from onedoor.cases.store import drafts as store
from onedoor.cases.uploads import CLOSED
from onedoor.catalog import service as catalog
from onedoor.exchange.models import Field, Question
from onedoor.identity import service as identity
from onedoor.identity.models import Action, Fact, PersonId
from onedoor.kernel.i18n import day, say, text
from onedoor.kernel.ids import to_json
from onedoor.kernel.ports import Ports
from onedoor.kernel.problems import Invalid, Unauthorized
from onedoor.kernel.together import together
from onedoor.kernel.work import Actor, Work

from . import acting, prefill
from .acting import OPEN, Veil
from .definitions import city_day, form_of, open_form, process_of

LIFE, KEPT = timedelta(days=30), timedelta(days=7)
MOST_OPEN, MOST_OF_ITEM, MOST_BYTES = 20, 5, 100_000


class Desk(Struct, frozen=True):
    """A draft as it lies before the person: its form, what is known already, its files, and what a newer form asks differently."""

    draft: Draft
    form: Form
    facts: dict[str, Fact]
    files: list[Attachment]
    changed: list[str]
    fields: dict[str, Field] = {}
    """How each fact that registers hold stands."""
    veil: Veil = OPEN
    """What stays hidden from an agent."""

    @property
    def sealed(self) -> dict[str, Any]:
        """Hidden answers that there are: an agent neither reads nor changes them."""
        there = self.form.suggested(self.elements) | self.draft.answers | self.held
        return {n: there[n] for n in self.veil.questions if n in there}

    @property
    def elements(self) -> dict[str, Any]:
        return {name: fact.value for name, fact in self.facts.items()}

    @property
    def held(self) -> dict[str, Any]:
        return self.form.held(self.elements)

    @property
    def asked(self) -> list[Page]:
        return self.form.asked(self.draft.answers, self.elements)

    @property
    def papers(self) -> list[Document]:
        return self.form.papers(self.draft.answers, self.elements)

    def page(self, ident: str) -> Page | None:
        return next((p for p in self.asked if p.id == ident), None)

    def paper(self, ident: str) -> Document | None:
        return next((d for d in self.papers if d.page == ident), None)

    def order(self) -> list[str]:
        """The addresses of all open pages, questions first, then papers."""
        return [p.id for p in self.asked] + [d.page for d in self.papers]

    def faults(self, work: Work) -> list[Fault]:
        """Everything that stands in the way of handing in."""
        found = self.form.submission(self.draft.answers, self.elements, work.locale, work.today).faults
        return found + papers_missing(work, self.papers, self.files, self.draft.later)


def papers_missing(work: Work, papers: list[Document], files: list[Attachment], later: Mapping[str, Later]) -> list[Fault]:
    """Required papers without a file that can be opened, which are not made good in another way either."""
    have = {f.document for f in files if f.scan not in CLOSED} | {d.code for d in papers if made_good(d, later)}
    return [
        Fault(f"/{d.page}", say(work.locale, "请上传“{name}”", name=d.name), d.page)
        for d in papers
        if d.required and d.code not in have
    ]


def made_good(paper: Document, later: Mapping[str, Later]) -> bool:
    """Whether the person gives it later or promises, as far as the form lets them."""
    said = later.get(paper.code)
    return said is not None and bool(paper.owable if said.how is How.OWE else paper.promisable)


def me(work: Work) -> PersonId:
    """Whose drafts and cases these are: those of the person who is signed in, or of whom they stand in for."""
    whose = acting.whose(work.actor)
    if not isinstance(whose, PersonId):
        raise Unauthorized()
    return whose


async def begin(work: Work, item: str, *, anew: bool = False) -> Draft:
    """Resume the newest draft of an item, or make one."""
    acting.must_reach(work, item)
    form, process = await form_of(work, item), await process_of(work, item)
    await catalog.must_be_open(work, item)
    policy.may_apply(work.actor, process, f"/items/{item}")
    citizen = me(work)
    if not anew and (found := await store.mine(work.db, citizen, work.now, item)):
        return found[0]
    have = await store.count(work.db, citizen, item, work.now)
    if have.total >= MOST_OPEN or have.of_item >= MOST_OF_ITEM:
        raise TooManyDrafts(total=have.total, of_item=have.of_item)
    bound = {f"/{q.name}": q.element for q in form.questions.values() if q.element}
    draft = Draft(citizen, DraftId.new(), item, process.title, form.version, {}, bound, "", 1, [], {}, work.now, work.now + LIFE)
    await store.add(work.db, draft)
    await acting.began(work, draft)
    if bound:
        asker = Actor(system="cases.prefill", org=process.org_ref)
        fields = tuple(dict.fromkeys(bound.values()))
        await identity.record_access(work, citizen, text("替您填写：{item}", item=process.title), fields, None, action=Action.ASK, by=asker)
    return draft


async def ask(work: Work, ports: Ports, draft: Draft, *, again: bool = False) -> None:
    """Registers are asked for what this draft needs of them, as soon as this transaction has committed."""
    form, process = await open_form(work, draft.item), await process_of(work, draft.item)
    if form is not None:
        await prefill.ask(work, ports, me(work), form, process, draft.id.uuid, again=again)


async def question_of(work: Work, draft: Draft) -> Question | None:
    """What the form of this draft needs of registers."""
    form = await open_form(work, draft.item)
    return prefill.question(form, await process_of(work, draft.item), draft.id.uuid) if form else None


async def asked_of_registers(work: Work, draft_id: DraftId) -> tuple[Draft, Question | None]:
    """A draft with what its form needs of registers."""
    desk = await opened(work, draft_id)
    return desk.draft, await question_of(work, desk.draft)


async def mine(work: Work) -> list[Draft]:
    """My open drafts; of an agent's, only what the mandate names, without the answers."""
    found = await store.mine(work.db, me(work), work.now)
    return [msgspec.structs.replace(d, answers={}) for d in found if acting.reaches(work, d.item)] if work.actor.behalf else found


async def opened(work: Work, draft_id: DraftId, *, lock: bool = False) -> Desk:
    """A draft before its person. It moves to the newest version of its form when it is next saved."""
    draft = await (store.locked if lock else store.shown)(work.db, me(work), draft_id)
    if draft is None:
        raise NoSuchDraft(draft=str(draft_id))
    return await laid(work, draft)


async def laid(work: Work, draft: Draft) -> Desk:
    """A draft that has been read, with everything around it."""
    citizen, draft_id = draft.citizen_id, draft.id
    if not acting.reaches(work, draft.item):
        raise NoSuchDraft(draft=str(draft_id))
    if draft.expires_at <= work.now:
        raise DraftExpired(
            say(work.locale, "您填写的内容还保留到 {day}，可以接着填。", day=day(work.locale, city_day(draft.expires_at + KEPT))),
            item=draft.item, restore=f"/drafts/{draft_id}/restore",
        )  # fmt: skip
    form = await open_form(work, draft.item)
    if form is None:
        raise FormRetired(item=draft.item)
    asked = await question_of(work, draft)
    facts, fields, found = await together(
        work, lambda w: identity.facts(w, citizen), lambda w: prefill.fields(w, citizen, asked),
        lambda w: store.files_of_draft(w.db, citizen, draft_id),
    )  # fmt: skip
    known, files = prefill.known_of(facts, fields), await acting.files(work, found)
    await acting.looked(work, draft)
    changed = list(draft.moved)
    if form.version != draft.form_version:
        changed = _changed(await form_of(work, draft.item, draft.form_version), form, draft.answers)
    return Desk(draft, form, known.facts, files, changed, known.fields, acting.veil(work, form, known.facts, draft.answers))


def _changed(old: Form, new: Form, answers: Mapping[str, Any]) -> list[str]:
    """Names of answered questions that the new version asks differently, and of questions it asks first."""
    shapes = new.schema["properties"]
    asked_anew = [n for n, q in new.questions.items() if n not in old.questions and q.required and not q.element]
    differs = [n for n in answers if n in new.questions and n in old.questions and old.schema["properties"][n] != shapes[n]]
    return [n for n in new.questions if n in differs or n in asked_anew]


def seen(answers: Mapping[str, Any], page: Page) -> str:
    """A mark of what a page's answers were when it was shown; another device's change gives another mark."""
    return hashlib.sha256(to_json([answers.get(n) for n in page.ask])).hexdigest()[:16]


async def save_page(work: Work, draft_id: DraftId, page_id: str, raw: Mapping[str, Any], mark: str) -> tuple[Desk, Page]:
    """Keep the answers of one page; every fault at once, with what was typed; both values when another device was faster."""
    desk = await opened(work, draft_id, lock=True)
    page = desk.page(page_id)
    if page is None:
        return desk, Page("", (), desk.form.title)
    given = meant(desk.form, {n: v for n, v in raw.items() if n in page.ask})
    given |= {n: v for n, v in desk.sealed.items() if n in page.ask and n not in desk.held}
    stored = {n: desk.draft.answers[n] for n in page.ask if n in desk.draft.answers}
    faults = desk.form.page_faults(page, given, desk.elements, work.locale, work.today)
    if faults:
        raise WrongAnswers(errors=_errors(faults), values=again(raw))
    if mark and mark != seen(desk.draft.answers, page) and stored != given:
        raise AnswersChanged(mine=given, theirs=stored, rev=desk.draft.rev, values=again(raw), mark=seen(desk.draft.answers, page))
    answers = {n: v for n, v in desk.draft.answers.items() if n not in page.ask} | given
    return await _saved(work, desk, answers, page.id, [n for n in desk.changed if n not in page.ask]), page


async def put_answers(work: Work, draft_id: DraftId, given: Mapping[str, Any], rev: int) -> Desk:
    """Keep answers as a program or a script sends them: those named are replaced, None takes one away. Unfinished ones are kept too;
    what cannot be stored is refused."""
    desk = await opened(work, draft_id, lock=True)
    fresh = storable(work, desk.form, given)
    if closed := set(given) & set(desk.sealed):
        raise WrongAnswers(errors=[{"pointer": f"/{n}", "detail": say(work.locale, "这一项只有本人能看和改")} for n in sorted(closed)])
    if rev != desk.draft.rev:
        theirs = desk.veil.answers({n: desk.draft.answers.get(n) for n in given})
        raise AnswersChanged(mine=fresh, theirs=theirs, rev=desk.draft.rev)
    answers = {n: v for n, v in desk.draft.answers.items() if n not in given} | fresh
    return await _saved(work, desk, answers, desk.draft.page, desk.changed)


def storable(work: Work, form: Form, given: Mapping[str, Any]) -> dict[str, Any]:
    """Answers that may be kept, complete or not: known names, bounded size, clean text."""
    errors = [{"pointer": f"/{n}"[:200], "detail": say(work.locale, "表单里没有这个问题")} for n in given if n not in form.questions]
    errors += [{"pointer": pointer, "detail": detail} for pointer, detail in faults_of(work.locale, given)]
    if errors:
        raise WrongAnswers(errors=errors[:100])
    return form.tidy(given)


async def _saved(work: Work, desk: Desk, answers: dict[str, Any], page: str, changed: list[str]) -> Desk:
    if len(to_json(answers)) > MOST_BYTES:
        raise Invalid(errors=[{"pointer": "", "detail": say(work.locale, "填写的内容太多了，请精简一些")}])
    expires = work.now + LIFE
    draft = desk.draft
    await store.save(
        work.db, draft.citizen_id, draft.id, form_version=desk.form.version, answers=answers, page=page, moved=changed, rev=draft.rev,
        at=work.now, expires=expires,
    )  # fmt: skip
    after = msgspec.structs.replace(
        draft, form_version=desk.form.version, answers=answers, page=page, moved=changed, rev=draft.rev + 1, changed_at=work.now,
        expires_at=expires,
    )  # fmt: skip
    return msgspec.structs.replace(desk, draft=after, changed=changed)


def _errors(faults: list[Fault]) -> list[dict[str, str]]:
    return [{"pointer": f.pointer, "detail": f.detail, "page": f.page} for f in faults]


async def throw_away(work: Work, draft_id: DraftId) -> None:
    """Delete a draft; for a week it can be brought back."""
    if not await store.throw_away(work.db, me(work), draft_id, work.now):
        raise NoSuchDraft(draft=str(draft_id))


async def bring_back(work: Work, draft_id: DraftId) -> None:
    """Undo throwing away, or go on with a draft that has expired; it has thirty days again."""
    if not await store.bring_back(work.db, me(work), draft_id, work.now + LIFE):
        raise NoSuchDraft(draft=str(draft_id))


def resume_at(work: Work, desk: Desk) -> str:
    """Where a person goes on: the first page with something open, or the one after the page saved last; at the end, check answers."""
    order = desk.order()
    wrong = {f.page for f in desk.faults(work)}
    last = order.index(desk.draft.page) + 1 if desk.draft.page in order else 0
    return next((p for i, p in enumerate(order) if p in wrong or i >= last), "check")
