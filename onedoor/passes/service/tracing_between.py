"""跨地区流调 at the home node: another region names records that its gates made of our people, under an order of two of its people.

Once for each question, and only of records that this region has made itself. Each person answered for has it on their own record, at once
or, by an order that gives a reason, later; it is a line of the log too.
"""

import datetime as dt
import uuid
from collections.abc import Iterable

from onedoor.identity import service as identity
from onedoor.identity.models import PersonId, ReaderKind
from onedoor.kernel.i18n import Text, text
from onedoor.kernel.jose import Malformed
from onedoor.kernel.trust import Document
from onedoor.kernel.work import Actor, Work
from onedoor.passes.errors import PeerNotBelieved, TraceRefused
from onedoor.passes.models import State
from onedoor.passes.recognition import assertion
from onedoor.passes.recognition import tracing as letters
from onedoor.passes.recognition.tracing import Asked, Found, Traced, Wants
from onedoor.passes.store import tracing_between as store
from onedoor.passes.tracing import MOST_OPENED, TOLD_WITHIN, OrderId, OtherRegions

from . import auditing, peering
from .declaring import subject
from .known import known

MOST_SHOWN = 50


async def answer(work: Work, token: str) -> str:
    """The sealed answer to a signed question. What is told is on the record of each person, and in the log, before it leaves."""
    asked, held = await _believed(work, token)
    days = await _tracing_days(work, asked.scheme)
    if (why := letters.fault(asked, days, _now(work))) is not None:
        raise TraceRefused(why=why)
    scans = [bytes.fromhex(one) for one in asked.scans]
    if asked.wants is Wants.NAMES and not await store.told_before(work.db, asked.iss, asked.order, asked.scheme, scans):
        raise TraceRefused(why="untold")
    seen = await store.whose(work.db, asked.iss, asked.scheme, scans, _at(asked.begins), _at(asked.ends))
    people: dict[PersonId, list[str]] = {}
    for one in seen:
        people.setdefault(one.citizen_id, []).append(one.scan_id.hex())
    if asked.wants is Wants.NAMES and len(people) > MOST_OPENED:
        raise TraceRefused(why="incomplete")
    await _once(work, asked, scans, len(people))
    await _recorded(work, held, asked, people)
    told = [await _traced(work, asked, citizen, records) for citizen, records in people.items()]
    here = peering.region()
    found = Found(here.node, asked.iss, asked.jti, _now(work), letters.digest(token), tuple(told))
    return letters.answer(here.ring, found, held)


def _now(work: Work) -> int:
    return int(work.now.timestamp())


def _at(seconds: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(seconds, dt.UTC)


async def _believed(work: Work, token: str) -> tuple[Asked, Document]:
    """The question, proven to be of a node that is believed now."""
    try:
        held = await peering.standing_document(work, letters.sender(token))
        asked = letters.read(token, held, peering.region().node, _now(work))
        _ = uuid.UUID(asked.jti), _at(asked.begins), _at(asked.ends), _at(asked.until)
    except (Malformed, ValueError, OverflowError, OSError) as bad:
        raise PeerNotBelieved(why=str(bad) if isinstance(bad, Malformed) else "shape") from bad
    return asked, held


async def _tracing_days(work: Work, which: str) -> int:
    """How many days back a scheme of ours may be traced; TraceRefused for one that may not be, or whose data are gone."""
    scheme = (await known(work)).by_code.get(which)
    if scheme is None or not scheme.tracing_days or scheme.state in (State.DRAFT, State.DELETED):
        raise TraceRefused(why="scheme")
    return scheme.tracing_days


def _later(asked: Asked) -> dt.datetime | None:
    """Until when the people concerned do not read of it: only with a reason, and thirty days after the order's end at most."""
    return _at(asked.until) + TOLD_WITHIN if asked.delay else None


async def _once(work: Work, asked: Asked, scans: list[bytes], people: int) -> None:
    """Under this name nothing is answered again; a line in the log says what was."""
    approved = asked.approved.name if asked.approved else ""
    kept = OtherRegions(
        asked.iss, uuid.UUID(asked.jti), asked.order, asked.scheme, asked.wants.value, asked.case_no, asked.disease, asked.basis,
        asked.purpose, asked.asked.name, approved, _at(asked.begins), _at(asked.ends), _at(asked.until), _later(asked), work.now, people,
    )  # fmt: skip
    if not await store.put_request(work.db, asked.iss, kept, scans):
        raise TraceRefused(why="replay")
    which = OrderId(uuid.uuid5(uuid.NAMESPACE_URL, f"{asked.iss} {asked.order}"))
    await auditing.write(
        work, which, f"answer_{asked.wants.value}", node=asked.iss, case=asked.case_no, basis=asked.basis, purpose=asked.purpose,
        their_order=asked.order, asked=asked.asked.name, approved=approved, scans=len(scans), people=people,
    )  # fmt: skip


async def _recorded(work: Work, held: Document, asked: Asked, people: Iterable[PersonId]) -> None:
    """On the record of each: which region, under which case, for what, in whose names."""
    assert asked.approved is not None
    node = asked.iss.partition("://")[2]
    region = Text(held.name.get("zh", node), held.name.get("en", node))
    names = asked.wants is Wants.NAMES
    said = {"region": region, "case": asked.case_no, "purpose": asked.purpose}
    words = text("{region}的流行病学调查（{case}）问了您的姓名和电话，用于：{purpose}", **said) if names else text(
        "{region}的流行病学调查（{case}）查找了同在一处的人，其中有您，用于：{purpose}", **said
    )  # fmt: skip
    by = Actor(name=f"{asked.asked.name}、{asked.approved.name}", org_title=region.zh, system="passes.federation")
    fields = ("itinerary", "person.name", "person.phone") if names else ("itinerary",)
    for citizen in people:
        await identity.record_access(
            work, citizen, words, fields, asked.case_no, by=by, kind=ReaderKind.CLERK, basis=asked.basis, shown_after=_later(asked)
        )


async def _traced(work: Work, asked: Asked, citizen: PersonId, records: list[str]) -> Traced:
    """A pseudonym that is good for this order alone; name and telephone number when these were asked for. Whoever is specially protected is
    named to nobody outside."""
    mark = assertion.pseudonym(peering.region().pseudonyms, str(citizen), f"{asked.iss} {asked.order}")
    named = asked.wants is Wants.NAMES and await identity.guarded(work, citizen) is None
    person = await identity.person(work, citizen) if named else None
    return Traced(mark, tuple(records), (person.name if person else None) or "", person.phone if person else "")


async def my_visits(work: Work) -> list[store.Elsewhere]:
    """Where my code was read in other regions, as their nodes told."""
    return await store.newest_visits(work.db, subject(work), MOST_SHOWN)


async def requests(work: Work) -> list[OtherRegions]:
    """What other regions asked lately, for whoever traces here: by whom and for what, without a person."""
    return await store.requests(work.db, MOST_SHOWN)
