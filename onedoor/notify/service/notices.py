"""公告 Notices: what holds where and for whom, from memory; published, corrected and ended by staff, effective in every process at once."""

from collections.abc import Sequence

from msgspec.structs import replace

from onedoor.identity import service as identity
from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db
from onedoor.kernel.i18n import Text
from onedoor.kernel.memory import Memory, changed
from onedoor.kernel.problems import Unauthorized, Unavailable
from onedoor.kernel.work import Work
from onedoor.notify import policy, store
from onedoor.notify.errors import BadNotice, NoSuchNotice, NoticeChanged, NoticeOver
from onedoor.notify.models import Act, ActId, Audience, Board, Earlier, NewNotice, Notice, NoticeLevel, NoticeWords
from onedoor.orgs import service as orgs

from .messages import me


async def _load(db: Db) -> Board:
    earlier: dict[str, list[Earlier]] = {}
    for text in await store.earlier(db):
        earlier.setdefault(text.code, []).append(text)
    notices = await store.notices(db)
    return Board(notices, [n for n in notices if n.audience is Audience.EVERYONE], earlier)


_board: Memory[Board] = Memory("notices", _load)


async def all_notices(db: Db) -> list[Notice]:
    """Every notice, the most urgent first, whether it holds now or not."""
    return (await _board.get(db)).notices


def _known() -> Board:
    if not _board.loaded:
        raise Unavailable(retry_after=2)
    return _board.now


def notices_known() -> list[Notice]:
    """Every notice that is for everybody, as this process knows it; the same list until one changes. Empty before the first load."""
    return _board.now.public if _board.loaded else []


def notices_for(work: Work, district: str) -> list[Notice]:
    """What holds now for this reader in a district and all above it, the most urgent first; without a district, for the whole city."""
    places = orgs.path_or_root(district).split(".")
    return [n for n in notices_now(work) if n.area in places]


def notices_now(work: Work) -> list[Notice]:
    """What holds now for this reader anywhere in the city."""
    return [n for n in _known().notices if n.holds(work.now) and policy.is_for(n, work.actor)]


def unseen(notices: Sequence[Notice], read: Sequence[str]) -> list[Notice]:
    """Those whose text of now has not been read; a red one stands until it is over."""
    return [n for n in notices if n.level is NoticeLevel.RED or f"{n.code}#{n.rev}" not in read]


def notice(work: Work, code: str) -> Notice:
    """One notice, also one that is over, for whom it is meant."""
    found = next((n for n in _known().notices if n.code == code and policy.is_for(n, work.actor)), None)
    if found is None or (found.starts_at > work.now and found.department != _own(work)):
        raise NoSuchNotice()
    return found


def earlier(code: str) -> list[Earlier]:
    """The earlier texts of a notice, the latest first."""
    return _known().earlier.get(code, [])


async def read_notice(work: Work, code: str) -> Notice:
    """我知道了: the text of now is read; a correction makes it unread again."""
    found = notice(work, code)
    await store.read_notice(work.db, me(work), code, found.rev, work.now)
    await store.forget_reads(work.db, me(work), [n.code for n in notices_now(work)] + [code])
    identity.touch(work, me(work))
    return found


async def put_notices(work: Work, rows: list[NewNotice]) -> int:
    """The city's notices; loading the same again changes nothing. How many are new or different."""
    return await _told(work, await store.put_notices(work.db, rows, work.now))


def _own(work: Work) -> str | None:
    """The code of the actor's department."""
    post = orgs.staff_of(work.actor.id) if work.actor.id else None
    return orgs.code_of(post.org) if post else None


async def of_department(work: Work) -> list[Notice]:
    """Every notice of the actor's own department, those that hold first."""
    own = _own(work)
    found = [n for n in await all_notices(work.db) if n.department == own]
    return sorted(found, key=lambda n: (not n.holds(work.now), n.until <= work.now, -n.starts_at.timestamp()))


async def acts(work: Work, code: str) -> list[Act]:
    """Who of the staff did what to a notice."""
    return await store.acts(work.db, code)


async def publish(work: Work, code: str, words: NoticeWords) -> Notice:
    """Publish under this code; a repetition of the same code by the same department finds the first."""
    check(work, words)
    own = _own(work)
    policy.may_publish(work.actor, orgs.path_of(words.area), None, own)
    assert own is not None
    if await store.add_notice(work.db, code, words, words.starts_at or work.now, own):
        await _done(work, code, "published")
    return await _mine(work, code)


async def correct(work: Work, code: str, rev: int, words: NoticeWords, reason: Text) -> Notice:
    """Another text in place of the one that was shown as `rev`; readers see that, when and why it was corrected."""
    before = await _mine(work, code)
    if before.until <= work.now:
        raise NoticeOver()
    if before.rev != rev:
        raise NoticeChanged(rev=before.rev)
    check(work, words, before)
    if errors := policy.text_faults(work.locale, "reason", reason):
        raise BadNotice(errors=[{**error, "pointer": "/reason"} for error in errors])
    policy.may_publish(work.actor, orgs.path_of(words.area), before.department, _own(work))
    await store.keep_text(work.db, code, work.now, reason)
    await store.correct(work.db, code, words, words.starts_at or before.starts_at, work.now)
    await _done(work, code, "corrected")
    return await _mine(work, code)


async def end(work: Work, code: str) -> Notice:
    """Over now, before its time; ended twice is ended once."""
    before = await _mine(work, code)
    if before.until > work.now:
        await store.end(work.db, code, work.now)
        await _done(work, code, "ended")
    return await _mine(work, code)


def check(work: Work, words: NoticeWords, before: Notice | None = None) -> None:
    """Refuse a text that cannot be published, with all that is wrong. In place of one that has not begun, it begins no earlier than that
    one unless it says so."""
    if words.starts_at is None and before is not None and before.starts_at > work.now:
        words = replace(words, starts_at=before.starts_at)
    known = any(d.code == words.area for d in orgs.districts())
    if errors := policy.faults(work.locale, words, work.now, known):
        raise BadNotice(errors=errors)


async def _mine(work: Work, code: str) -> Notice:
    """The notice, locked; refused unless it is of the own department, in the own districts."""
    found = await store.locked(work.db, code)
    if found is None:
        raise NoSuchNotice()
    policy.may_publish(work.actor, orgs.path_of(found.area), found.department, _own(work))
    return found


async def _done(work: Work, code: str, what: str) -> None:
    if not isinstance(work.actor.id, PersonId):
        raise Unauthorized()
    await store.note_act(work.db, ActId.new(), code, work.now, what, work.actor.id, work.actor.name)
    await _told(work, 1)


async def _told(work: Work, count: int) -> int:
    if count:
        await changed(work.db, _board.name)
    return count
