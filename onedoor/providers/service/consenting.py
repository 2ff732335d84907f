"""授权 What a person gives an app, and takes back."""

from msgspec import Struct

from onedoor.identity import service as identity
from onedoor.identity.models import Access, AccessId, PersonId
from onedoor.kernel.i18n import Text, pick, say
from onedoor.kernel.work import Work
from onedoor.orgs import service as orgs
from onedoor.providers import policy
from onedoor.providers.errors import NeededScope, NoSuchApp, NotAgreed
from onedoor.providers.models import App, AppId, AskId, Consent, Kind, Scope, Wish
from onedoor.providers.store import consents as store
from onedoor.providers.store import signing

from . import apps, subjects
from .announcing import announce
from .authorizing import asking, me

MOST = 200


class Line(Struct, frozen=True):
    """One scope on the consent page: what it is, what for, and what would be given, masked."""

    wish: Wish
    words: str
    value: str


class Linked(Struct, frozen=True):
    """An app I have signed in to."""

    app: App
    org: Text
    consent: Consent


async def lines(work: Work, app: App, scopes: list[Scope]) -> list[Line]:
    """What the person decides about, the needed ones first."""
    known, words = await identity.me(work), policy.scope_words(work.locale)
    values: dict[Scope, str] = {}
    if known:
        place = next((pick(work.locale, one.name) for one in orgs.districts() if one.code == known.district), "")
        values = {Scope.PROFILE: known.name or "", Scope.REAL_NAME: known.name or "", Scope.PHONE: known.phone, Scope.DISTRICT: place}
    wishes = [wish for scope in scopes if (wish := app.wish(scope)) is not None]
    found = [Line(wish, words[wish.scope], values.get(wish.scope, "")) for wish in wishes]
    return sorted(found, key=lambda line: not line.wish.needed)


async def agree(work: Work, client_id: str, ask: AskId, ticked: list[str]) -> None:
    """Give what was ticked, and what the app cannot do without. What was given for something that is not asked now stays given."""
    app, found = await asking(work, client_id, ask)
    wishes = [wish for scope in found.scopes if (wish := app.wish(scope)) is not None]
    given = [wish.scope for wish in wishes if wish.needed or wish.scope is Scope.OPENID or wish.scope in ticked]
    if len(wishes) != len(found.scopes):  # approved scopes became fewer meanwhile
        raise NeededScope(say(work.locale, "这个网站需要的内容刚刚变了，请回到它那里重新登录。"))
    before = await live(work, app, me(work))
    others = [wish for wish in before.shown if wish.scope not in found.scopes] if before else []
    given += [wish.scope for wish in others if before and wish.scope in before.scopes]
    await store.agree(work.db, me(work), app.id, app.org, [*wishes, *others], given, work.now)
    subject = await subjects.subject_of(work, app, me(work))
    await announce(work, app, Kind.CONSENT_GIVEN, subject.sub, {"scopes": [str(scope) for scope in given]})


async def mine(work: Work) -> list[Linked]:
    """The apps I have signed in to, the latest used first."""
    known = (await apps.known(work.db)).by_id
    found = await store.consents(work.db, me(work), MOST)
    return [Linked(known[one.app_id], await apps.org_name(work, known[one.app_id]), one) for one in found if one.app_id in known]


async def one(work: Work, app_id: AppId) -> Linked:
    """One of them."""
    consent = await store.consent(work.db, me(work), app_id)
    app = (await apps.known(work.db)).by_id.get(app_id)
    if app is None or consent is None or consent.revoked_at is not None:
        raise NotAgreed()
    return Linked(app, await apps.org_name(work, app), consent)


async def readings(work: Work, app_id: AppId, before: AccessId | None, most: int) -> list[Access]:
    """What this app read of mine and when, the latest first."""
    return await identity.access_records(work, before, most, by=app_id)


async def take_back(work: Work, app_id: AppId) -> None:
    """From now on the app learns nothing more of me: its tokens end with the consent."""
    app = (await apps.known(work.db)).by_id.get(app_id)
    if app is None:
        raise NoSuchApp()
    if not await store.take_back(work.db, me(work), app_id, work.now):
        raise NotAgreed()
    await signing.end_tokens_of(work.db, app.org, app.id, me(work), work.now)
    subject = await subjects.subject_of(work, app, me(work))
    await announce(work, app, Kind.CONSENT_REVOKED, subject.sub, {"scopes": []})


async def live(work: Work, app: App, citizen: PersonId) -> Consent | None:
    """What holds now between this app and this person."""
    consent = await store.consent(work.db, citizen, app.id)
    return consent if consent is not None and consent.revoked_at is None else None
