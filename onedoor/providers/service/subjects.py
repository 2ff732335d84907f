"""How an app calls a person: by a name that is stored, or that the app has brought along from before, and never computed."""

import secrets

from onedoor.identity import service as identity
from onedoor.identity.models import PersonId
from onedoor.kernel.work import Work
from onedoor.providers import policy
from onedoor.providers.models import App, Known, Subject
from onedoor.providers.store import consents as store
from onedoor.providers.vault import vault

from . import apps

TRIES = 5


async def subject_of(work: Work, app: App, citizen: PersonId) -> Subject:
    """The app's and the organisation's name for this person; made at the first sign-in."""
    found = await store.subject(work.db, citizen, app.id, app.org)
    if found is not None:
        return found
    brought = await _brought(work, app, citizen)
    sub, own = await _claimed(work, app, citizen, brought)
    await store.add_subject(work.db, citizen, app.id, sub, own, work.now)
    await store.add_org_subject(work.db, citizen, app.org, fresh())
    found = await store.subject(work.db, citizen, app.id, app.org)
    assert found is not None, "just written"
    return found


async def _claimed(work: Work, app: App, citizen: PersonId, brought: str | None) -> tuple[str, bool]:
    """A name nobody else has, and whether it was brought along."""
    if brought and await store.claim_sub(work.db, app.org, app.id, brought, citizen):
        return brought, True
    for _ in range(TRIES):
        sub = fresh()
        if await store.claim_sub(work.db, app.org, app.id, sub, citizen):
            return sub, False
    raise RuntimeError("random names repeat")


async def _brought(work: Work, app: App, citizen: PersonId) -> str | None:
    known = await identity.person(work, citizen)
    if known is None:
        return None
    who = [vault().who("phone", known.phone)]
    if known.id_number:
        who.append(vault().who("id_number", known.id_number))
    return await store.imported(work.db, app.org, app.id, who)


async def known_as(work: Work, app: App, sub: str) -> Known | None:
    """The person whom this app calls so."""
    return await store.known(work.db, app.org, app.id, sub)


async def bring(work: Work, rows: list[tuple[str, str, str]]) -> None:
    """Names that the acting app gave to people before: (sub, `phone` or `id_number`, the number). Whether there is such a person is not
    looked at, so nobody learns it; the name waits for whoever signs in with that number."""
    app = await apps.app(work, policy.program(work.actor))
    who = [vault().who(kind, number) for _, kind, number in rows]
    await store.put_imports(work.db, app.org, app.id, who, [sub for sub, _, _ in rows], work.now)


def fresh() -> str:
    """28 characters, 156 random bits."""
    return "o" + secrets.token_urlsafe(21)[:27]
