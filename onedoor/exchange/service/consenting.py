"""知情同意 Consent: the sheet that says who asks whom for what and until when, what was agreed to, and taking it back."""

import datetime as dt
import hashlib

from onedoor.exchange import policy
from onedoor.exchange.errors import NoSuchConsent
from onedoor.exchange.events import ConsentRevoked
from onedoor.exchange.models import Question, Sheet
from onedoor.exchange.records import Consent, ConsentId
from onedoor.exchange.store import asking, people
from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import Text, day, text
from onedoor.kernel.outbox import publish
from onedoor.kernel.problems import Unauthorized
from onedoor.kernel.work import Work
from onedoor.orgs import service as orgs

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


async def consented(work: Work, question: Question, chosen: dict[str, list[str]], mode: str) -> int:
    """Write down what was ticked: by agreement the elements. What nobody asked for cannot be agreed to."""
    citizen, count = me(work), 0
    known = await dictionary(work)
    for sheet in await sheets(work, citizen, question):
        elements = [e for e in sheet.elements if e in chosen.get(sheet.agreement, [])]
        if not elements:
            continue
        agreement = known.agreements[sheet.agreement]
        ends = min(work.now + (LONGEST if mode == "until" else ONE_CASE), _end_of(work, agreement.until_on))
        words = shown(sheet, elements, ends.astimezone(work.zone).date())
        given = Consent(
            citizen, ConsentId.new(), sheet.agreement, elements, question.purpose, question.item, question.matter,
            mode if mode in MODES else "case", words, work.locale, work.now, ends, None, None,
        )  # fmt: skip
        await people.add_consent(work.db, given, hashlib.sha256(words.zh.encode()).hexdigest())
        count += 1
    return count


def _end_of(work: Work, on: dt.date) -> dt.datetime:
    return dt.datetime.combine(on + dt.timedelta(1), dt.time(), work.zone)


async def mine(work: Work, before: ConsentId | None) -> tuple[list[Consent], ConsentId | None]:
    """What I have allowed, the latest first, and where the next page begins."""
    found = await people.all_consents(work.db, me(work), before, PAGE + 1)
    rows = found[:PAGE]
    return rows, rows[-1].id if len(found) > PAGE else None


async def revoke(work: Work, which: ConsentId) -> Consent:
    """Taken back: nothing is asked by it any more, what it brought is gone, and what is under way is dropped when it arrives."""
    citizen = me(work)
    found = await people.consent(work.db, citizen, which)
    if found is None:
        raise NoSuchConsent()
    if await people.revoke(work.db, citizen, which, work.now):
        await asking.forget_consented(work.db, citizen, which)
        await publish(work.db, ConsentRevoked(citizen, which, found.elements, found.matter))
    return found
