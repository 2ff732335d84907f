"""异议与校核 A person says that a register is wrong; the department that keeps it looks again and answers, within days that are counted."""

import datetime as dt

from onedoor.exchange import policy
from onedoor.exchange.clocks import clocks
from onedoor.exchange.errors import AlreadyAnswered, NoSuchCorrection, NothingToContest
from onedoor.exchange.records import Challenge, ChallengeId, Correction
from onedoor.exchange.store import asking, people
from onedoor.identity import service as identity
from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import Text, text
from onedoor.kernel.ids import Id
from onedoor.kernel.jobs import enqueue
from onedoor.kernel.problems import Forbidden
from onedoor.kernel.text import mask_name
from onedoor.kernel.work import Work
from onedoor.notify import service as notify
from onedoor.orgs.models import OrgId

from .consenting import me
from .known import dictionary

PAGE, MOST_MINE = 30, 100
FIRST = dt.date(1970, 1, 1)


async def contest(work: Work, element: str, item: str, words: str) -> Challenge:
    """`不对`: one open correction for each fact; saying it twice is saying it once."""
    citizen, known = me(work), await dictionary(work)
    resource = known.source_of(element)
    agreements = [a.id for a in known.agreements.values() if resource and a.resource == resource.code]
    told = await asking.standing(work.db, citizen, agreements, [element], "apply", work.now) if agreements else []
    told_by = next((s for s in told if element in (s.answered or [])), None)
    if resource is None or told_by is None:
        raise NothingToContest()
    await asking.locked(work.db, citizen, told_by.ask_id)  # pressed twice at once, the second waits for the first
    if (had := await people.open_challenge(work.db, citizen, element)) and (found := await people.challenge(work.db, citizen, had)):
        return found
    org = known.register_of(resource.code).org_ref
    due = work.calendar.after(work.today, clocks().correct)
    made = Challenge(citizen, ChallengeId.new(), org, element, resource.code, item, words, "open", work.now, due, "", None)
    await people.add_challenge(work.db, made)
    await enqueue(work.db, "exchange.correct", {"citizen": str(citizen), "challenge": str(made.id)})
    return made


async def on_the_desk(work: Work, citizen: PersonId, which: ChallengeId) -> None:
    """The line at the department; written by a job, because it lies with the organisation and not with the person."""
    made = await people.challenge(work.db, citizen, which)
    if made is None or await people.correction(work.db, made.org_ref, which) is not None:
        return
    person = await identity.person(work, citizen)
    holder = mask_name(person.name) if person and person.name else ""
    await people.add_correction(
        work.db, Correction(made.org_ref, which, citizen, made.element, made.resource, holder, "open", made.at, made.due_on)
    )


async def my_challenges(work: Work) -> list[Challenge]:
    return await people.challenges(work.db, me(work), MOST_MINE)


async def corrections(work: Work, after: tuple[dt.date, ChallengeId] | None) -> tuple[list[Correction], Correction | None]:
    """What the own department is asked to look at again, the most urgent first."""
    on, last = after or (FIRST, None)
    found = await people.corrections(work.db, _org(work), on, last, PAGE + 1)
    rows = found[:PAGE]
    return rows, rows[-1] if len(found) > PAGE else None


async def correction(work: Work, which: ChallengeId) -> tuple[Correction, Challenge]:
    """One of them with what the person wrote; that it was opened is on the person's record."""
    line = await people.correction(work.db, _org(work), which)
    made = await people.challenge(work.db, line.citizen_ref, which) if line else None
    if line is None or made is None:
        raise NoSuchCorrection()
    policy.speaks_for(work.actor, line.org_id)
    title = await _title(work, line.element)
    await identity.record_access(work, line.citizen_ref, text("处理您对“{what}”的异议", what=title), (line.element,), None)
    return line, made


async def answer(work: Work, which: ChallengeId, corrected: bool, words: str) -> None:
    """Corrected at the register, or kept as it is and why; the person is told either way."""
    line = await people.correction(work.db, _org(work), which)
    if line is None:
        raise NoSuchCorrection()
    policy.speaks_for(work.actor, line.org_id)
    if line.citizen_ref == work.actor.id:
        raise Forbidden()
    state = "corrected" if corrected else "kept"
    if not await people.close_correction(work.db, line.org_id, which, state):
        raise AlreadyAnswered()
    args = {"citizen": str(line.citizen_ref), "challenge": str(which), "state": state, "words": words}
    await enqueue(work.db, "exchange.corrected", args)


async def tell(work: Work, citizen: PersonId, which: ChallengeId, state: str, words: str) -> None:
    """The answer reaches the person; a fact that was corrected is asked anew the next time."""
    made = await people.challenge(work.db, citizen, which)
    if made is None or not await people.answer_challenge(work.db, citizen, which, state, words, work.now):
        return
    if state == "corrected":
        await asking.stale(work.db, citizen, made.resource, work.now)
    title = await _title(work, made.element)
    said = text("“{what}”已经改正", what=title) if state == "corrected" else text("“{what}”核对后没有变", what=title)
    await notify.send(work, citizen, said, Text(words, words), "/me/corrections", "exchange.corrected", sms=False)


async def _title(work: Work, element: str) -> Text:
    found = (await dictionary(work)).elements.get(element)
    return found.title if found else Text(element)


def _org(work: Work) -> Id:
    if work.actor.org is None:
        raise NoSuchCorrection()
    return OrgId(work.actor.org.uuid)
