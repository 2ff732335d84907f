"""Apps of organisations, what they may ask for, who agreed to it, and the secrets and tokens by which they are known."""

import datetime as dt
from enum import StrEnum

import msgspec

from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import Text
from onedoor.kernel.ids import Id
from onedoor.kernel.outbox import EventId
from onedoor.orgs.models import OrgId


class AppId(Id):
    """应用: one app of one organisation."""

    prefix = "app"


class AskId(Id):
    """An app's request to sign somebody in, while that person signs in and reads."""

    prefix = "ask"


class FamilyId(Id):
    """Every token that comes from one sign-in: they end together."""

    prefix = "family"


class Grants(StrEnum):
    """What staff may do with apps; the last three are an app's own, given by its tokens and never by a post."""

    MANAGE = "providers:manage"
    APPROVE = "providers:approve"
    USERINFO = "providers:userinfo"
    REPORT = "providers:report"
    PASSES = "providers:passes"


class Scope(StrEnum):
    """What an app may ask a resident for."""

    OPENID = "openid"
    PROFILE = "profile"
    REAL_NAME = "real_name"
    PHONE = "phone"
    BIRTHDATE = "birthdate"
    DISTRICT = "district"
    MATTERS = "matters"
    PASSES = "passes"
    OFFLINE = "offline_access"


ELEMENTS: dict[Scope, tuple[str, ...]] = {
    Scope.OPENID: ("sign-in",),
    Scope.PROFILE: ("person.masked_name",),
    Scope.REAL_NAME: ("person.name",),
    Scope.PHONE: ("person.phone",),
    Scope.BIRTHDATE: ("person.birth_on",),
    Scope.DISTRICT: ("person.district",),
    Scope.PASSES: ("pass", "passes.answers"),
}
"""What of a person is read by each scope, in the words of the access record."""


class Wish(msgspec.Struct, frozen=True):
    """One scope with what it is for. A needed one is a condition of signing in; any other the resident may leave out."""

    scope: Scope
    purpose: Text
    needed: bool = False


class App(msgspec.Struct, frozen=True):
    """应用, as every worker keeps it in memory. `wanted` waits for the city's approval, `scopes` has it."""

    id: AppId
    org: OrgId
    client_id: str
    key: str
    name: Text
    about: Text
    public: bool
    redirects: list[str]
    logouts: list[str]
    scopes: list[Wish]
    wanted: list[Wish] | None
    active: bool

    def wish(self, scope: Scope) -> Wish | None:
        """What was approved for a scope."""
        return next((wish for wish in self.scopes if wish.scope is scope), None)


class Secret(msgspec.Struct, frozen=True):
    """A client secret as it is kept: its SHA-256, and until when it is good."""

    app_id: AppId
    secret_no: int
    hash: bytes
    made_at: dt.datetime
    not_after: dt.datetime | None


class Apps:
    """Every app and its secrets, as one process keeps them in memory; never changed, only replaced."""

    def __init__(self, apps: list[App], secrets: list[Secret]) -> None:
        self.by_id = {app.id: app for app in apps}
        self.by_client = {app.client_id: app for app in apps}
        self.by_key = {app.key: app for app in apps}
        self.secrets: dict[AppId, list[Secret]] = {}
        for one in secrets:
            self.secrets.setdefault(one.app_id, []).append(one)


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What an app asked for when it sent somebody here, after every check that needs no person."""

    app: App
    redirect: str
    scopes: tuple[Scope, ...]
    challenge: str
    state: str = ""
    nonce: str = ""
    hint: str = ""
    level: int = 1
    prompts: frozenset[str] = frozenset()
    max_age: int | None = None


class Asking(msgspec.Struct, frozen=True):
    """The same, as it is kept while the person signs in and reads."""

    id: AskId
    app_id: AppId
    redirect: str
    scopes: list[Scope]
    state: str
    nonce: str
    challenge: str
    level: int
    made_at: dt.datetime
    after: dt.datetime | None
    """Whoever signed in before this moment has to do it again."""
    anew: bool
    """Whether what was agreed to earlier does not count."""


class Consent(msgspec.Struct, frozen=True):
    """授权: what was put before a person, which of it was given, and when."""

    citizen_id: PersonId
    app_id: AppId
    shown: list[Wish]
    scopes: list[Scope]
    given_at: dt.datetime
    changed_at: dt.datetime
    used_at: dt.datetime | None
    revoked_at: dt.datetime | None

    def settles(self, app: App, scopes: tuple[Scope, ...] | list[Scope]) -> bool:
        """Whether nothing more has to be asked: each scope was shown with the purpose it has today, and the needed ones were given."""
        if self.revoked_at is not None:
            return False
        wishes = [app.wish(scope) for scope in scopes]
        return all(w is not None and w in self.shown and (not w.needed or w.scope in self.scopes) for w in wishes)


class Code(msgspec.Struct, frozen=True):
    """What an authorization code stands for."""

    app_id: AppId
    citizen: PersonId
    family: FamilyId
    redirect: str
    scopes: list[Scope]
    nonce: str
    challenge: str
    auth_at: dt.datetime
    level: int


class TokenKind(StrEnum):
    """What a token opens; its text begins so."""

    CODE = "odc"
    ACCESS = "odu"
    REFRESH = "odr"
    APP = "oda"


class Token(msgspec.Struct, frozen=True):
    """A token as it is kept, without its text."""

    app_id: AppId
    kind: TokenKind
    citizen: PersonId | None
    family: FamilyId
    scopes: list[Scope]
    auth_at: dt.datetime
    level: int
    made_at: dt.datetime
    expires_at: dt.datetime


class Subject(msgspec.Struct, frozen=True):
    """How an app, and how its organisation, calls a person."""

    sub: str
    org_sub: str


class Known(msgspec.Struct, frozen=True):
    """The person behind an app's name for somebody."""

    citizen: PersonId


class MatterId(Id):
    """A matter that an app handles on its own site."""

    prefix = "matter"


class ReportId(Id):
    """One thing reported of a matter."""

    prefix = "report"


class Standing(StrEnum):
    """Where a matter stands: under way, waiting for the resident, ended well, called off."""

    OPEN = "open"
    WAITING = "waiting"
    DONE = "done"
    CANCELLED = "cancelled"


ENDED = frozenset({Standing.DONE, Standing.CANCELLED})


class Matter(msgspec.Struct, frozen=True):
    """事项: what an app reports of one matter of one resident."""

    id: MatterId
    app_id: AppId
    org: OrgId
    ref: str
    title: Text
    status: Standing
    words: Text
    href: str | None
    cancel_asked_at: dt.datetime | None
    made_at: dt.datetime
    changed_at: dt.datetime


class Report(msgspec.Struct, frozen=True):
    """One line of its history."""

    at: dt.datetime
    status: Standing
    words: Text


class EndpointId(Id):
    """回调地址: where an app is told of events."""

    prefix = "endpoint"


class DeliveryId(Id):
    """One event on its way to one endpoint."""

    prefix = "delivery"


class Kind(StrEnum):
    """What apps are told of."""

    PING = "ping"
    CONSENT_GIVEN = "consent.given"
    CONSENT_REVOKED = "consent.revoked"
    CANCEL_ASKED = "matter.cancel_asked"


class Endpoint(msgspec.Struct, frozen=True):
    """Where and of what an app is told. A paused one collects what comes, and gets it when it goes on."""

    org: OrgId
    id: EndpointId
    app_id: AppId
    url: str
    kinds: list[Kind]
    plan: str
    active: bool
    why: str


class SealedSecret(msgspec.Struct, frozen=True):
    """A webhook secret as it is kept."""

    secret_no: int
    sealed: bytes
    made_at: dt.datetime
    not_after: dt.datetime | None


class Try(msgspec.Struct, frozen=True):
    """One attempt: when, what was answered, how long it took. Status 0 is no answer, and `error` says why."""

    at: dt.datetime
    status: int
    took_ms: int
    error: str = ""


class Delivery(msgspec.Struct, frozen=True):
    """A line of the delivery log."""

    id: DeliveryId
    event: EventId
    kind: str
    made_at: dt.datetime
    attempts: int
    next_at: dt.datetime
    state: str
    tries: list[Try]


class Due(msgspec.Struct, frozen=True):
    """What is to be delivered now."""

    id: DeliveryId
    event: EventId
    body: bytes
    attempts: int
    url: str
    waits: list[int]


class Turn(msgspec.Struct, frozen=True):
    """An endpoint with something due."""

    org: OrgId
    id: EndpointId


class NewHook(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a demo's app is told of events; the secret is known to everybody, as everything of a demo is."""

    url: str
    kinds: list[Kind]
    secret: str


class NewApp(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line of demo/apps.jsonl: an app that is approved already."""

    department: str
    client_id: str
    name: Text
    about: Text
    redirects: list[str]
    scopes: list[Wish]
    logouts: list[str] = []
    secret: str = ""
    endpoint: NewHook | None = None
