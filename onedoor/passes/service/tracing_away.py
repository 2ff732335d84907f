"""跨地区流调 at the node of the gates: people of other regions who were where the traced person was. Their codes cannot be read here, so
their own node is asked under the order; it says which records are of one person, and how long that was is worked out here.

Names are shown once and not kept: whoever needs them again asks again, and each question is on the record of the person there.
"""

import datetime as dt
import uuid
from typing import Any

import msgspec

from onedoor.kernel.jose import Malformed
from onedoor.kernel.ports import Ports
from onedoor.kernel.problems import Problem
from onedoor.kernel.work import Begin, Work
from onedoor.passes import policy
from onedoor.passes.errors import NoSuchPeer, PeerNotBelieved
from onedoor.passes.models import PlaceId
from onedoor.passes.ports import Declined, Regions
from onedoor.passes.recognition import assertion
from onedoor.passes.recognition import tracing as letters
from onedoor.passes.recognition.tracing import Asked, Found, Hand, Wants
from onedoor.passes.store import tracing as orders
from onedoor.passes.store import tracing_between as store
from onedoor.passes.tracing import (
    CLOSE,
    MOST_OPENED,
    MOST_SHOWN,
    Away,
    Check,
    Class,
    Order,
    OrderId,
    Stay,
    pieces,
    stays,
    together,
)

from . import auditing, peering, tracing

MOST_SEEN = 500
AWAY = "away"
"""The word for a node that gave no answer, or none that can be believed."""


class Question(msgspec.Struct, frozen=True):
    """What one node is asked: its address, the signed text and what that says, or one word for why it cannot be asked."""

    node: str
    url: str = ""
    token: str = ""
    asked: Asked | None = None
    problem: str = ""


class Outcome(msgspec.Struct, frozen=True):
    """How one node answered: the people it named, or one word for why not."""

    node: str
    people: tuple[letters.Traced, ...] = ()
    problem: str = ""


async def find(begin: Begin, ports: Ports, which: OrderId) -> list[Outcome]:
    """Ask the home node of everybody from elsewhere who was there; what they say is kept under the order, without names."""
    async with begin() as work:
        questions = await _people_asked(work, which)
    found: list[Outcome] = []
    for one in questions:
        answer = await _sent(ports, one)
        async with begin() as work:
            found.append(await _heard(work, which, one, answer))
    return found


async def names(begin: Begin, ports: Ports, which: OrderId, ticked: list[str]) -> list[Outcome]:
    """Stage B: the names of those ticked, from their own nodes; fifty at a time, each written down by itself."""
    async with begin() as work:
        questions = await _names_asked(work, which, ticked)
    found: list[Outcome] = []
    for one in questions:
        answer = await _sent(ports, one)
        async with begin() as work:
            found.append(await _named(work, which, one, answer))
    return found


async def people(work: Work, which: OrderId) -> list[Away]:
    """Whom other nodes have told of under this order, the longest together first."""
    await tracing.order_of(work, which)
    return await store.away(work.db, which, MOST_SHOWN)


# ── asking ─────────────────────────────────────────────────────────────────────────────────────────


class _Near(msgspec.Struct, frozen=True):
    """Where the traced person was, what is known of these places, and checks of people from elsewhere beside that."""

    order: Order
    mine: list[Stay]
    places: dict[PlaceId, orders.Where]
    seen: list[store.Seen]
    cut: bool = False
    """There were more, later than these."""


async def _near(work: Work, which: OrderId) -> _Near:
    order, mine, places = await tracing.whereabouts(work, which)
    cut = pieces(mine)
    around = [dt.timedelta(minutes=places[one.place_id].dwell_minutes) for one in cut]
    seen = await store.seen(work.db, cut, around, MOST_SEEN + 1) if cut else []
    return _Near(order, mine, places, seen[:MOST_SEEN], len(seen) > MOST_SEEN)


async def _people_asked(work: Work, which: OrderId) -> list[Question]:
    """Questions for each scheme of each node whose people were near; a step of the order, whether anybody was there or not."""
    near = await _near(work, which)
    by_scheme: dict[str, list[str]] = {}
    for one in near.seen:
        by_scheme.setdefault(one.scheme, []).append(one.scan_id.hex())
    questions = [
        await _question(work, near.order, *peering.apart(name), Wants.PEOPLE, scans) for name, scans in by_scheme.items()
    ]  # fmt: skip
    await auditing.write(work, which, "away", scans=len(near.seen), cut=near.cut, nodes=sorted({one.node for one in questions}))
    return questions


async def _names_asked(work: Work, which: OrderId, ticked: list[str]) -> list[Question]:
    order = await tracing.good(work, which)
    held = {one.name: one for one in await store.away(work.db, which, MOST_SHOWN)}
    wanted = [held[one] for one in dict.fromkeys(ticked) if one in held]
    policy.some_ticked(work.locale, len(wanted), MOST_OPENED)
    by_scheme: dict[tuple[str, str], list[str]] = {}
    for one in wanted:
        by_scheme.setdefault((one.node, one.scheme), []).extend(one.scans)
    return [await _question(work, order, node, scheme, Wants.NAMES, scans) for (node, scheme), scans in by_scheme.items()]


async def _question(work: Work, order: Order, node: str, scheme: str, wants: Wants, scans: list[str]) -> Question:
    """The order as it travels, signed; nothing is sent yet."""
    try:
        held = await peering.standing_document(work, node)
    except (NoSuchPeer, PeerNotBelieved) as no:
        return Question(node, problem=_word(no))
    url = held.endpoints.get("traces", "")
    if not url.startswith(f"{node}/"):
        return Question(node, problem="endpoint")
    assert order.approved_by is not None
    assert order.expires_at is not None
    here, now = peering.region(), int(work.now.timestamp())
    asked, approved = (
        Hand(assertion.pseudonym(here.pseudonyms, str(who), node), name or "")
        for who, name in ((order.asked_by, order.asked_name), (order.approved_by, order.approved_name))
    )
    said = Asked(
        here.node, node, str(uuid.uuid4()), now, now + letters.LIVES, letters.USE, wants, str(order.id), scheme, order.case_no,
        order.disease, order.basis, order.purpose, asked, approved, int(order.from_at.timestamp()), int(order.to_at.timestamp()),
        int(order.expires_at.timestamp()), order.delay_reason or "", tuple(scans),
    )  # fmt: skip
    return Question(node, url, letters.sign(here.ring, said), said)


def _word(no: Problem) -> str:
    return str(no.extra.get("why") or no.slug())


async def _sent(ports: Ports, one: Question) -> tuple[str, str]:
    """What the node answered, or one word for why it did not. No transaction is open meanwhile."""
    if one.problem:
        return "", one.problem
    try:
        return await ports.get(Regions).post(one.url, msgspec.json.encode({"token": one.token}).decode()), ""
    except Declined as no:
        return "", _why(no.said)
    except OSError:
        return "", AWAY


def _why(said: str) -> str:
    """The word of a refusal; nobody has signed it, so it is looked up among known words before it is shown."""
    try:
        body: Any = msgspec.json.decode(said)
        return str(body.get("why") or str(body.get("type", "")).rpartition("/")[2])[:40]
    except (msgspec.DecodeError, AttributeError):
        return AWAY


# ── hearing ────────────────────────────────────────────────────────────────────────────────────────


async def _answered(work: Work, which: OrderId, one: Question, answer: tuple[str, str]) -> Found | str:
    """What the node said, if it is the node's answer to this question; each way is a line in the log."""
    text, problem = answer
    found: Found | None = None
    if not problem and one.asked is not None:
        try:
            held = await peering.standing_document(work, one.node)
            found = letters.open_answer(text, peering.region().opener, held, one.asked, one.token, int(work.now.timestamp()))
        except (Malformed, NoSuchPeer, PeerNotBelieved):
            problem = "answer"
    wants = one.asked.wants.value if one.asked else ""
    if found is None:
        await auditing.write(work, which, "away_none", node=one.node, wants=wants, why=problem)
        return problem
    await auditing.write(work, which, f"away_{wants}", node=one.node, people=len(found.people))
    return found


async def _heard(work: Work, which: OrderId, one: Question, answer: tuple[str, str]) -> Outcome:
    found = await _answered(work, which, one, answer)
    if isinstance(found, str) or one.asked is None:
        return Outcome(one.node, problem=found if isinstance(found, str) else AWAY)
    near = await _near(work, which)
    kept = {person.mark: beside for person in found.people if (beside := _beside(near, one.asked, person)) is not None}
    for away in kept.values():
        await store.put_away(work.db, which, away)
    return Outcome(one.node, tuple(person for person in found.people if person.mark in kept))


def _beside(near: _Near, asked: Asked, person: letters.Traced) -> Away | None:
    """How long somebody was there together with the traced person; None when they only passed before or after."""
    theirs = set(person.scans)
    checks = [Check(row.at, row.org_id, row.place_id, row.direction) for row in near.seen if row.scan_id.hex() in theirs]
    met = together(near.mine, stays(checks, {place: where.dwell_minutes for place, where in near.places.items()}))
    if not met:
        return None
    class_ = min((_class(near.places[place], seconds) for place, (seconds, _) in met.items()), key=list(Class).index)
    seconds, first = round(sum(seconds for seconds, _ in met.values())), min(at for _, at in met.values())
    return Away(asked.aud, person.mark[:64], asked.scheme, list(person.scans), seconds, class_, first, len(met))


def _class(place: orders.Where, seconds: float) -> Class:
    if not place.indoor:
        return Class.VENTILATED
    return Class.CLOSE if seconds >= CLOSE.get(place.class_, 60) * 60 else Class.SECONDARY


async def _named(work: Work, which: OrderId, one: Question, answer: tuple[str, str]) -> Outcome:
    found = await _answered(work, which, one, answer)
    if isinstance(found, str):
        return Outcome(one.node, problem=found)
    for person in found.people:
        await auditing.write(work, which, "open", contact=person.mark, node=one.node)
    await store.opened(work.db, which, one.node, [person.mark for person in found.people], work.now)
    return Outcome(one.node, found.people)


__all__ = ["AWAY", "Outcome", "find", "names", "people"]
