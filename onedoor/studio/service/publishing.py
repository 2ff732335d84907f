"""Publishing: now or at a time, a new version or an older one again; and what the city's folder and the studio hold together."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from onedoor.cases.models import PublishedItem
from onedoor.cases.service import definitions, trials
from onedoor.catalog import service as catalog
from onedoor.catalog.models import ClosureState
from onedoor.kernel.i18n import Text, say
from onedoor.kernel.ids import convert
from onedoor.kernel.jobs import enqueue
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Work
from onedoor.orgs import service as orgs
from onedoor.studio import policy, store
from onedoor.studio.bundle import checks, file, shape
from onedoor.studio.errors import NoSuchVersion, NotPublishable
from onedoor.studio.models import Bundle, Draft, DraftId, Origin, State, Version

from . import telling
from .drafts import TRIAL, opened, world

PUBLISH = "studio.publish"
SUPPLEMENT_DAYS, BY_FOLDER, FAR = 15, "city", timedelta(days=366)


async def must_be_sound(work: Work, bundle: Bundle) -> None:
    """Refuse to go on with mistakes; each is named with its part."""
    wrong = checks.mistakes(checks.findings(work.locale, bundle, await world(work)))
    if wrong:
        raise NotPublishable(errors=[{"pointer": f"/{one.part}/{one.place}/{one.box}", "detail": one.words} for one in wrong])


async def publish(work: Work, draft_id: DraftId) -> Version:
    """The draft becomes the service's newest version, at once in every process."""
    draft = await opened(work, draft_id, lock=True)
    policy.may_publish(work.actor, draft)
    policy.must_stand(draft, State.ENDORSED, State.SCHEDULED)
    return await _publish(work, draft)


async def publish_at(work: Work, draft_id: DraftId, at: datetime) -> Draft:
    """The same at a moment to come."""
    draft = await opened(work, draft_id, lock=True)
    policy.may_publish(work.actor, draft)
    policy.must_stand(draft, State.ENDORSED, State.SCHEDULED)
    if not timedelta() < at - work.now < FAR:
        raise Invalid(errors=[{"pointer": "/at", "detail": say(work.locale, "请填一个将来的时间，一年以内")}])
    await must_be_sound(work, draft.bundle)
    await store.move(work.db, draft.id, State.SCHEDULED, draft.endorsed_by, at, work.now, work.actor.name)
    await enqueue(work.db, PUBLISH, {"draft": str(draft.id), "at": at.isoformat()}, run_at=at)
    return await opened(work, draft.id)


async def due(work: Work, draft_id: DraftId, at: datetime) -> None:
    """The moment has come. A draft that was taken back or put off meanwhile is left alone; one with mistakes goes back to the bureau."""
    draft = await store.locked(work.db, draft_id)
    if draft is None or draft.state is not State.SCHEDULED or draft.publish_at != at:
        return
    try:
        await _publish(work, draft)
    except NotPublishable:
        await store.move(work.db, draft.id, State.ENDORSED, draft.endorsed_by, None, work.now, work.actor.name)


async def _publish(work: Work, draft: Draft) -> Version:
    await must_be_sound(work, draft.bundle)
    made = await put_out(work, checks.clean(draft.bundle))
    await trials.close_trial(work, TRIAL + draft.id.hex)
    await store.move(work.db, draft.id, State.PUBLISHED, draft.endorsed_by, None, work.now, work.actor.name)
    await telling.soon(work, draft.id, telling.PUBLISHED)
    return made


async def again(work: Work, item: str, number: int) -> Version:
    """An older version once more, as the newest one."""
    found = await store.version(work.db, item, number)
    if found is None:
        raise NoSuchVersion(item=item[:64], version=number)
    return await put_out(work, found.bundle)


async def put_out(work: Work, bundle: Bundle) -> Version:
    """Into the catalogue and to the forms, and on record. What was suspended or had ended is offered again."""
    await store.alone(work.db)
    newest = await store.newest(work.db, [bundle["code"]])
    made = Version(
        bundle["code"], newest[0].version + 1 if newest else 1, bundle, file.digest(bundle), Origin.STUDIO, work.now, work.actor.name
    )
    await store.add_versions(work.db, [made])
    await catalog.put_item(work, shape.item_of(bundle))
    if bundle["online"] == "online":
        await definitions.put_form(work, await published(work, bundle))
    else:
        await definitions.retire(work, [bundle["code"]])
    if (await catalog.closures(work)).get(made.item):
        await catalog.put_closure(work, made.item, None)
    return made


async def published(work: Work, bundle: Bundle, code: str = "") -> PublishedItem:
    """The part of a service that has questions and a process."""
    department = await orgs.department(work, bundle["department"])
    guide: dict[str, Any] = bundle["guide"]
    return PublishedItem(
        item=code or bundle["code"], title=convert(bundle["name"], Text), org=department.id, promised_days=guide["promised_days"],
        statutory_days=guide["statutory_days"], process={"supplement_days": SUPPLEMENT_DAYS, **bundle["process"]}, form=bundle["form"],
    )  # fmt: skip


async def merged(work: Work, folder: Iterable[Bundle]) -> list[Bundle]:
    """The services of a city: those of its folder, and over them what its departments have published or ended in the studio.

    A service that the folder alone describes follows the folder, version by version. One that was published here is the department's
    from then on; the folder's text of it is left unread. A service whose department is gone is no longer offered.
    """
    told = {bundle["code"]: bundle for bundle in folder}
    known = {v.item: v for v in await store.all_newest(work.db)}
    ours = {code: v for code, v in known.items() if v.origin is Origin.STUDIO}
    departments = {d.code for d in await orgs.departments(work)}
    fresh = [
        Version(
            code, known[code].version + 1 if code in known else 1, bundle, file.digest(bundle), Origin.FOLDER, work.now, BY_FOLDER
        )
        for code, bundle in told.items()
        if code not in ours and (code not in known or known[code].sha256 != file.digest(bundle))
    ]
    if fresh:
        await store.add_versions(work.db, fresh)
    ended = {code for code, s in (await catalog.closures(work)).items() if s.state is ClosureState.RETIRED}
    both = told | {code: v.bundle for code, v in ours.items() if v.bundle["department"] in departments}
    return [bundle for code, bundle in both.items() if code not in ended]
