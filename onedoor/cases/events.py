"""What has happened to cases, for the rooms above. Facts only; no answer of the person is in them."""
from datetime import date

from msgspec import Struct

from onedoor.identity.models import PersonId
from onedoor.orgs.models import OrgId

from .models import CaseId, Outcome


class Submitted(Struct, frozen=True):
    """A case was handed in: by which way, with how many visits by its guide, and names of the questions it asked again."""

    citizen: PersonId
    case: CaseId
    number: str
    item: str
    org: OrgId
    due_on: date
    on: date | None = None
    channel: str = "web"
    trips: int | None = None
    again: tuple[str, ...] = ()


class Accepted(Struct, frozen=True):
    """受理: a department took the case on; `deemed` when silence did it."""

    citizen: PersonId
    case: CaseId
    item: str
    org: OrgId
    due_on: date
    deemed: bool = False


class Declined(Struct, frozen=True):
    """不予受理: the case was not taken on."""

    citizen: PersonId
    case: CaseId
    item: str
    org: OrgId
    on: date | None = None


class SupplementRequested(Struct, frozen=True):
    """补正: the department named everything missing, once. Papers go by their codes, whatever else was asked is "other"."""

    citizen: PersonId
    case: CaseId
    item: str
    org: OrgId
    answer_by: date
    on: date | None = None
    things: tuple[str, ...] = ()
    first: bool = True


class Supplemented(Struct, frozen=True):
    """The applicant answered the request for supplements."""

    citizen: PersonId
    case: CaseId
    item: str
    org: OrgId


class Transferred(Struct, frozen=True):
    """转办: the case went to another department."""

    citizen: PersonId
    case: CaseId
    item: str
    org: OrgId
    to: OrgId


class Decided(Struct, frozen=True):
    """办结: the department decided."""

    citizen: PersonId
    case: CaseId
    item: str
    org: OrgId
    outcome: Outcome
    certificate: str = ""
    on: date | None = None
    due_on: date | None = None
    legal_due_on: date | None = None


class Withdrawn(Struct, frozen=True):
    """The applicant took the case back."""

    citizen: PersonId
    case: CaseId
    item: str
    org: OrgId
    on: date | None = None


class Lapsed(Struct, frozen=True):
    """No answer came to a request for supplements within its days."""

    citizen: PersonId
    case: CaseId
    item: str
    org: OrgId
    on: date | None = None


class Overdue(Struct, frozen=True):
    """The promised day passed without a decision."""

    citizen: PersonId
    case: CaseId
    item: str
    org: OrgId


class Rated(Struct, frozen=True):
    """好差评: the applicant judged how the case was handled; `tags` are the reasons ticked, never words of their own."""

    citizen: PersonId
    case: CaseId
    item: str
    org: OrgId
    stars: int
    on: date | None = None
    tags: tuple[str, ...] = ()


class DraftsEnded(Struct, frozen=True):
    """Drafts that nobody finished were cleared away: how many would have gone on at which page, and never whose."""

    item: str
    org: OrgId
    on: date
    page: str
    drafts: int
