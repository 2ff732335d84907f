"""知情同意 Consent: the sheet that says who asks whom for what and until when, what was agreed to, and taking it back."""

import datetime as dt
import hashlib

from msgspec.structs import replace

from onedoor.exchange import policy
from onedoor.exchange.errors import NoSuchConsent
from onedoor.exchange.events import ConsentRevoked
from onedoor.exchange.models import Question, Sheet
from onedoor.exchange.records import Consent, ConsentId, Witnessed
from onedoor.exchange.store import asking, people
from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import Text, day, text
from onedoor.kernel.outbox import publish
from onedoor.kernel.problems import Unauthorized
from onedoor.kernel.work import Work
from onedoor.orgs import service as orgs

from . import witnessing
from .grouping import Group, grouped
from .known import connected, dictionary

ONE_CASE, LONGEST = dt.timedelta(days=60), dt.timedelta(days=365)
MODES = ("case", "until")
PAGE = 30


def me(work: Work) -> PersonId:
    if not isinstance(work.actor.id, PersonId):
        raise Unauthorized()
    return work.actor.id


async def sheets(work: Work, citizen: PersonId, question: Question) -> list[Sheet]:
    """What this person has not yet been asked to allow, or has not allowed, for this form."""
    known = await dictionary(work)
    groups = [
        g for g in grouped(known, question, work.today)
        if policy.needs_consent(g.agreement) and known.register_of(g.agreement.resource).code in connected()
        and not policy.miss(known, g.agreement, question, g.elements, work.today)
    ]  # fmt: skip
    given = await people.consents(work.db, citizen, work.now) if groups else []
    open_still = [g for g in groups if policy.consent_for(given, g.agreement, question, g.elements, work.now) is None]
    return [await _sheet(work, question, group) for group in open_still]


async def _sheet(work: Work, question: Question, group: Group) -> Sheet:
    known, agreement = await dictionary(work), group.agreement
    asker = await orgs.department_of(work, agreement.asker)
    return Sheet(
        agreement.id, asker.name if asker else Text(""), known.register_of(agreement.resource).title,
        known.purposes[question.purpose].title, agreement.basis, {e: known.elements[e].title for e in group.elements}, question.item,
        question.title,
    )  # fmt: skip


def shown(sheet: Sheet, elements: list[str], until: dt.date) -> Text:
    """The words that are agreed to; they are kept as they were shown."""
    zh, en = "、".join(sheet.elements[e].zh for e in elements), ", ".join(sheet.elements[e].en or sheet.elements[e].zh for e in elements)
    on = Text(day("zh-CN", until, year=True), day("en", until, year=True))
    return text(
        "同意{asker}为办理“{item}”，向{source}取：{facts}。{until}以前有效，随时可以收回。", asker=sheet.asker, item=sheet.title,
        source=sheet.source, facts=Text(zh, en), until=on,
    )  # fmt: skip


async def drawn(work: Work, question: Question, chosen: dict[str, list[str]], mode: str, seen: Witnessed | None = None) -> list[Consent]:
    """What would be written down of what was ticked: by agreement the elements. What nobody asked for cannot be agreed to."""
    citizen, found = me(work), list[Consent]()
    known, at = await dictionary(work), seen.at if seen else work.now
    for sheet in await sheets(work, citizen, question):
        elements = [e for e in sheet.elements if e in chosen.get(sheet.agreement, [])]
        if not elements:
            continue
        ends = min(at + (LONGEST if mode == "until" else ONE_CASE), _end_of(work, known.agreements[sheet.agreement].until_on))
        words = shown(sheet, elements, ends.astimezone(work.zone).date())
        found.append(Consent(
            citizen, ConsentId.new(), sheet.agreement, elements, question.purpose, question.item, question.matter,
            mode if mode in MODES else "case", words, seen.locale if seen else work.locale, work.now, ends, None, None,
        ))  # fmt: skip
    return found


async def consented(work: Work, question: Question, chosen: dict[str, list[str]], mode: str, seen: Witnessed | None = None) -> int:
    """Write down what was ticked; at a counter with who was there and what was signed."""
    found = await drawn(work, question, chosen, mode, seen)
    for one in found:
        given = witnessing.by(one, seen) if seen else one
        await people.add_consent(work.db, given, hashlib.sha256(given.shown.zh.encode()).hexdigest())
        if seen:
            await witnessing.told(work, given)
    return len(found)


def _end_of(work: Work, on: dt.date) -> dt.datetime:
    return dt.datetime.combine(on + dt.timedelta(1), dt.time(), work.zone)


async def mine(work: Work, before: ConsentId | None) -> tuple[list[Consent], ConsentId | None]:
    """What I have allowed, the latest first, and where the next page begins."""
    found = await people.all_consents(work.db, me(work), before, PAGE + 1)
    rows = found[:PAGE]
    return rows, rows[-1].id if len(found) > PAGE else None


async def revoke(work: Work, which: ConsentId) -> Consent:
    """Taken back: nothing is asked by it any more, what it brought is gone, and what is under way is dropped when it arrives."""
    found = await people.consent(work.db, me(work), which)
    if found is None:
        raise NoSuchConsent()
    first = await end(work, found, None)
    return replace(found, revoked_at=work.now) if first else found


async def end(work: Work, found: Consent, by: PersonId | None) -> bool:
    """The same for whoever stands at a counter; whether it had not ended before."""
    first = await people.revoke(work.db, found.citizen_id, found.id, work.now, by) > 0
    if first:
        await asking.forget_consented(work.db, found.citizen_id, found.id)
        await publish(work.db, ConsentRevoked(found.citizen_id, found.id, found.elements, found.matter))
    return first
