"""What userinfo tells an app: the fields that were approved for it, asked for, and given. Each reading is written down for the person."""

from msgspec import Struct

from onedoor.identity import service as identity
from onedoor.identity.models import Person, PersonId
from onedoor.kernel import buckets
from onedoor.kernel.i18n import Text
from onedoor.kernel.problems import Unauthorized
from onedoor.kernel.text import mask_name
from onedoor.kernel.work import Work
from onedoor.orgs import service as orgs
from onedoor.providers import policy
from onedoor.providers.errors import NotGiven
from onedoor.providers.models import ELEMENTS, App, Scope

from . import apps, consenting, subjects

Claims = dict[str, object]


async def userinfo(work: Work) -> Claims:
    """The claims of the person whose token this is."""
    scopes = [scope for scope in Scope if f"scope:{scope}" in work.actor.grants]
    app = await apps.app(work, policy.program(work.actor))
    citizen = work.actor.on_behalf_of
    if not isinstance(citizen, PersonId):
        raise Unauthorized()
    consent = await consenting.live(work, app, citizen)
    person = await identity.person(work, citizen)
    if consent is None or person is None:
        raise Unauthorized()
    await buckets.need(
        work.db, f"userinfo {app.id.hex} {citizen.hex}", capacity=policy.READS.capacity, per_second=policy.READS.per_second
    )
    subject = await subjects.subject_of(work, app, citizen)
    told: Claims = {"sub": subject.sub, "org_sub": subject.org_sub}
    for scope in Scope:  # the real name stands after the masked one
        if scope not in scopes or scope not in consent.scopes:
            continue
        claims = {name: value for name, value in claims_of(person, scope).items() if value is not None}
        wish = app.wish(scope)
        if claims and wish:
            told |= claims
            await identity.record_access(work, citizen, wish.purpose, ELEMENTS[scope], None)
    return told


class Given(Struct, frozen=True):
    """A person who lets an app do something, and what they read that it is for."""

    app: App
    citizen: PersonId
    purpose: Text


async def given(work: Work, scope: Scope, fields: tuple[str, ...]) -> Given:
    """Whose token this is, if they still agree to this scope; written down for them each time. For rooms above that act for the person."""
    app = await apps.app(work, policy.program(work.actor))
    citizen, wish = work.actor.on_behalf_of, app.wish(scope)
    consent = await consenting.live(work, app, citizen) if isinstance(citizen, PersonId) else None
    if not isinstance(citizen, PersonId) or consent is None or wish is None or scope not in consent.scopes:
        raise NotGiven()
    rate = policy.PASSES
    await buckets.need(work.db, f"{scope} {app.id.hex} {citizen.hex}", capacity=rate.capacity, per_second=rate.per_second)
    await identity.record_access(work, citizen, wish.purpose, fields, None)
    return Given(app, citizen, wish.purpose)


def claims_of(person: Person, scope: Scope) -> Claims:
    """Standard claims where there are any (OpenID Connect Core 5.1). What the city does not know is left out."""
    match scope:
        case Scope.PROFILE:
            return {"name": mask_name(person.name) if person.name else None}
        case Scope.REAL_NAME:
            return {"name": person.name}
        case Scope.PHONE:
            return {"phone_number": f"+86{person.phone}", "phone_number_verified": True}
        case Scope.BIRTHDATE:
            return {"birthdate": person.birth_on.isoformat() if person.birth_on else None}
        case Scope.DISTRICT:
            return {"district": {"code": person.district, "name": _place(person.district)} if person.district else None}
        case _:
            return {}


def _place(code: str) -> str:
    return next((one.name.zh for one in orgs.districts() if one.code == code), "")
