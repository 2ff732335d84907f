"""事项进展 What an app reports of a resident's matter on its own site: it stands beside the resident's cases, and is told as a message."""

import datetime as dt

from msgspec import Struct
from msgspec.structs import replace

from onedoor.identity import service as identity
from onedoor.identity.models import PersonId
from onedoor.kernel import buckets
from onedoor.kernel.i18n import Text
from onedoor.kernel.work import Work
from onedoor.notify import service as notify
from onedoor.providers import policy
from onedoor.providers.errors import MatterEnded, MatterKnown, NoSuchMatter, NotLinked
from onedoor.providers.models import ENDED, App, Kind, Matter, MatterId, Report, Scope, Standing
from onedoor.providers.store import matters as store

from . import apps, consenting, subjects
from .announcing import announce
from .authorizing import me

MOST, MOST_REPORTS = 50, 200


class Shown(Struct, frozen=True):
    """A matter as its resident sees it."""

    matter: Matter
    app: App
    org: Text
    reports: list[Report]

    @property
    def can_ask(self) -> bool:
        return self.matter.status not in ENDED and self.matter.cancel_asked_at is None


async def _acting(work: Work) -> App:
    return await apps.app(work, policy.program(work.actor))


async def _agreed(work: Work, app: App, citizen: PersonId) -> None:
    """Only whoever agreed to it is told anything; one who did not, or does not exist, is the same to the app."""
    consent = await consenting.live(work, app, citizen)
    if consent is None or Scope.MATTERS not in consent.scopes:
        raise NotLinked()
    rate = policy.REPORTS
    await buckets.need(work.db, f"reports {app.id.hex} {citizen.hex}", capacity=rate.capacity, per_second=rate.per_second)


async def open_matter(work: Work, sub: str, ref: str, title: Text, status: Standing, words: Text, href: str | None) -> Matter:
    """The first report of a matter, by the app's name for the person and its own number."""
    app = await _acting(work)
    known = await subjects.known_as(work, app, sub)
    if known is None:
        raise NotLinked()
    await _agreed(work, app, known.citizen)
    fresh = Matter(MatterId.new(), app.id, app.org, ref, title, status, words, href, None, work.now, work.now)
    if not await store.claim(work.db, app, fresh.id, ref, known.citizen):
        raise MatterKnown(matter=str(await store.by_ref(work.db, app.org, app.id, ref)))
    await store.add(work.db, known.citizen, fresh)
    await _reported(work, app, known.citizen, fresh, work.now)
    return fresh


async def report(work: Work, matter_id: MatterId, status: Standing, words: Text, at: dt.datetime | None) -> Matter:
    """What has happened to it since."""
    app, citizen = await _owner(work, matter_id)
    await _agreed(work, app, citizen)
    matter = await store.locked(work.db, citizen, matter_id)
    if matter is None:
        raise NoSuchMatter()
    if matter.status in ENDED:
        raise MatterEnded(status=str(matter.status))
    after = replace(matter, status=status, words=words, changed_at=work.now)
    await _reported(work, app, citizen, after, min(at or work.now, work.now))
    return after


async def _owner(work: Work, matter_id: MatterId) -> tuple[App, PersonId]:
    app = await _acting(work)
    known = await store.whose(work.db, app.org, app.id, matter_id)
    if known is None:
        raise NoSuchMatter()
    return app, known.citizen


async def _reported(work: Work, app: App, citizen: PersonId, matter: Matter, at: dt.datetime) -> None:
    await store.add_report(work.db, citizen, matter.id, work.now, at, matter.status, matter.words)
    urgent = matter.status is Standing.WAITING
    await notify.send(work, citizen, _titled(app, matter), matter.words, f"/matters/{matter.id}", f"providers.{matter.status}", sms=urgent)
    identity.touch(work, citizen)


def _titled(app: App, matter: Matter) -> Text:
    return Text(f"{app.name.zh}：{matter.title.zh}", f"{app.name.en or app.name.zh}: {matter.title.en or matter.title.zh}")


async def reported(work: Work, matter_id: MatterId) -> Matter:
    """One of the app's own matters as it stands here."""
    app, citizen = await _owner(work, matter_id)
    found = await store.matter(work.db, citizen, matter_id)
    if found is None or found.app_id != app.id:
        raise NoSuchMatter()
    return found


async def matters(work: Work, most: int = MOST) -> list[tuple[Matter, Text]]:
    """My matters with other organisations, the latest changed first, each with the name of its app."""
    known = (await apps.known(work.db)).by_id
    found = await store.newest(work.db, me(work), most)
    return [(one, known[one.app_id].name if one.app_id in known else one.title) for one in found]


async def matter(work: Work, matter_id: MatterId) -> Shown:
    """One of my matters with its history."""
    found = await store.matter(work.db, me(work), matter_id)
    if found is None:
        raise NoSuchMatter()
    app = await apps.app(work, found.app_id)
    return Shown(found, app, await apps.org_name(work, app), await store.reports(work.db, me(work), matter_id, MOST_REPORTS))


async def ask_cancel(work: Work, matter_id: MatterId) -> None:
    """I do not want it any more: the app is told, and says what came of it. Pressing twice asks once."""
    found = await store.locked(work.db, me(work), matter_id)
    if found is None:
        raise NoSuchMatter()
    if found.status in ENDED:
        raise MatterEnded(status=str(found.status))
    if found.cancel_asked_at is not None:
        return
    app = await apps.app(work, found.app_id)
    subject = await subjects.subject_of(work, app, me(work))
    await store.ask_cancel(work.db, me(work), matter_id, work.now)
    await announce(work, app, Kind.CANCEL_ASKED, subject.sub, {"matter": str(found.id), "ref": found.ref})
