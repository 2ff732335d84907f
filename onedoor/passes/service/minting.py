"""Tickets for a day of slots, codes on paper, and the pictures of phones without scripts."""

import base64
import datetime as dt
import secrets
from uuid import UUID

from msgspec import Struct

from onedoor.kernel.i18n import say
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Work
from onedoor.passes.errors import NotDeclared, SlotTaken
from onedoor.passes.gates import NewSlots
from onedoor.passes.models import Scheme, Standing
from onedoor.passes.od1 import layout
from onedoor.passes.od1.chain import chain
from onedoor.passes.od1.layout import DAY, STEP_SECONDS, STEPS
from onedoor.passes.od1.minting import shown
from onedoor.passes.od1.pid import Pid
from onedoor.passes.store import codes as store
from onedoor.passes.vault import vault

from .bearing import Bearer, bearer
from .known import in_force
from .verifying import lists_changed
from .visiting import visiting

MOST_SLOTS = 24
AHEAD = 25 * 3600
PLAIN = 2
"""Step class of a picture that the server draws: a minute."""


def _wrong(work: Work, field: str) -> Invalid:
    return Invalid(errors=[{"pointer": f"/{field}", "detail": say(work.locale, "时段或锚点不对，没有签发")}])


def _anchors(work: Work, asked: NewSlots) -> list[bytes]:
    """At most a day of anchors, each 16 bytes, none of them twice or nothing."""
    if not 1 <= len(asked.anchors) <= MOST_SLOTS:
        raise _wrong(work, "anchors")
    try:
        found = [base64.urlsafe_b64decode(one + "=" * (-len(one) % 4)) for one in asked.anchors]
    except ValueError:
        raise _wrong(work, "anchors") from None
    if any(len(one) != 16 or not any(one) for one in found) or len(set(found)) != len(found):
        raise _wrong(work, "anchors")
    return found


def _t0s(work: Work, asked: NewSlots, seconds: int, many: int) -> list[int]:
    """Slots begin on a boundary, with the one that runs now at the earliest, and reach a day ahead."""
    length, now = STEPS * seconds, int(work.now.timestamp())
    last = asked.first_t0 + (many - 1) * length
    if asked.first_t0 % length or asked.first_t0 + length <= now or asked.first_t0 < 0 or last > now + AHEAD:
        raise _wrong(work, "first_t0")
    return [asked.first_t0 + n * length for n in range(many)]


def _device(work: Work, given: str) -> UUID:
    try:
        return UUID(given)
    except ValueError:
        raise _wrong(work, "device") from None


async def mint(work: Work, asked: NewSlots) -> list[bytes]:
    """Signed tickets for these anchors. The same anchors again give tickets with the colour of now; other ones for a slot are refused."""
    scheme, _ = await in_force(work, asked.scheme)
    whose = await bearer(work, scheme)
    anchors, device = _anchors(work, asked), _device(work, asked.device)
    t0s = _t0s(work, asked, scheme.gate.step_seconds, len(anchors))
    last = last_of(whose.standing)
    if last is not None and t0s[-1] >= last:
        raise _wrong(work, "anchors")
    seqs = await _seqs(work, whose.standing, device, dict(zip(t0s, anchors, strict=True)))
    flags = layout.flags_of(layout.Colour(whose.standing.colour.number), STEP_SECONDS.index(scheme.gate.step_seconds), minor=whose.minor)
    slots = [(t0, seqs[t0], anchor) for t0, anchor in zip(t0s, anchors, strict=True)]
    return tickets(scheme, whose.standing, flags, slots, int(work.now.timestamp()))


def last_of(standing: Standing) -> int | None:
    """When the codes of a visitor end; those of residents do not."""
    return int(standing.until.timestamp()) if visiting(standing) and standing.until else None


async def _seqs(work: Work, standing: Standing, device: UUID, wanted: dict[int, bytes]) -> dict[int, int]:
    """The count of each slot: that of the first time for a slot which this device has had, a fresh one for the others."""
    citizen, scheme = standing.citizen_id, standing.scheme
    old = {one.t0: one for one in await store.slots(work.db, citizen, scheme, device, list(wanted))}
    if any(wanted[t0] != one.anchor for t0, one in old.items()):
        raise SlotTaken()
    fresh = [t0 for t0 in wanted if t0 not in old]
    if not fresh:
        return {t0: one.seq for t0, one in old.items()}
    first = await store.next_seqs(work.db, citizen, scheme, len(fresh))
    seqs = [first + n for n in range(len(fresh))]
    await store.add_slots(work.db, citizen, scheme, device, fresh, seqs, [wanted[t0] for t0 in fresh], work.now)
    return {t0: one.seq for t0, one in old.items()} | dict(zip(fresh, seqs, strict=True))


def tickets(scheme: Scheme, standing: Standing, flags: int, slots: list[tuple[int, int, bytes]], now: int) -> list[bytes]:
    """One signature each; the pid is closed under the key of the UTC day in which the slot begins."""
    ring = vault().ring(scheme.code, now)
    return [
        ring.minter.ticket(ring.pids[f"day.{t0 // DAY}"], Pid(standing.shard, standing.row_no, seq), flags, t0, anchor)
        for t0, seq, anchor in slots
    ]


class Drawn(Struct, frozen=True):
    """A code for phones without scripts: good for a minute, and then the page asks for the next one."""

    text: str
    step: int
    bearer: Bearer


async def draw(work: Work, code: str) -> Drawn:
    """Seed and reveal stay here: such a page needs the server, and says so."""
    scheme, _ = await in_force(work, code)
    whose = await bearer(work, scheme)
    seconds, now = STEP_SECONDS[PLAIN], int(work.now.timestamp())
    t0 = now - now % (STEPS * seconds)
    links = chain(secrets.token_bytes(16), t0.to_bytes(4, "big"))
    seq = await store.next_seqs(work.db, whose.standing.citizen_id, code, 1)
    flags = layout.flags_of(layout.Colour(whose.standing.colour.number), PLAIN, minor=whose.minor)
    [ticket] = tickets(scheme, whose.standing, flags, [(t0, seq, links[0])], now)
    step = (now - t0) // seconds + 1
    return Drawn(layout.text_of(shown(ticket, step, links[step])), step, whose)


class Paper(Struct, frozen=True):
    """A printed code, and the last day on which it is good."""

    text: str
    last_on: dt.date
    bearer: Bearer


async def print_paper(work: Work, code: str) -> Paper:
    """A code to print. Whatever was printed for this person before is dead as soon as gates have heard of it. Paper lasts longer than what
    another region says of its people, so visitors get none."""
    scheme, _ = await in_force(work, code)
    whose = await bearer(work, scheme)
    if visiting(whose.standing):
        raise NotDeclared()
    now = int(work.now.timestamp())
    day = now - now % DAY
    seq = await store.next_seqs(work.db, whose.standing.citizen_id, code, 1)
    await store.put_paper(work.db, code, whose.standing.shard, whose.standing.row_no, seq, work.now)
    await lists_changed(work)
    ring = vault().ring(code, now)
    flags = layout.flags_of(layout.Colour(whose.standing.colour.number), minor=whose.minor)
    pid = Pid(whose.standing.shard, whose.standing.row_no, seq)
    raw = ring.minter.paper(ring.pids[f"paper.{day // layout.PAPER_PERIOD}"], pid, flags, day)
    ends = dt.datetime.fromtimestamp(day + layout.PAPER_DAYS * DAY, work.zone)  # in the morning here: the day before is the last whole one
    last = min(scheme.ends_on, ends.date() - dt.timedelta(days=1))
    return Paper(layout.text_of(raw), last, whose)

