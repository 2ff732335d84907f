"""Departments, districts and staff, as every worker keeps them in memory."""

import datetime as dt
from collections.abc import Sequence
from enum import StrEnum

import msgspec

from onedoor.identity.models import AccessId, PersonId
from onedoor.kernel.i18n import Text
from onedoor.kernel.ids import Id


class OrgId(Id):
    """机构: the key of everything that belongs to one department."""

    prefix = "org"


class Grants(StrEnum):
    """What this room lets a member of staff do."""

    STAFF = "orgs:staff"
    REVIEW = "orgs:review"
    MEMBER = "orgs:member"
    MEMBERS = "orgs:members"


class Level(StrEnum):
    """From the whole city down to the grid that one worker walks."""

    CITY = "city"
    DISTRICT = "district"
    STREET = "street"
    GRID = "grid"


class District(msgspec.Struct, frozen=True):
    """区划: a part of the city. `path` names it after all that hold it, "9901.990102.990102001"."""

    code: str
    level: Level
    parent: str | None
    name: Text
    path: str


class Department(msgspec.Struct, frozen=True):
    """部门: an organisation that serves; outside it is named by its code."""

    id: OrgId
    code: str
    name: Text
    short: Text
    uscc: str
    phone: str
    address: Text
    hours: Text
    lat: float
    lon: float
    icon: str
    tone: str
    summary: Text


class Facility(StrEnum):
    """无障碍设施 and what else makes a visit easier."""

    RAMP = "ramp"
    LIFT = "lift"
    TOILET = "toilet"
    PARKING = "parking"
    WHEELCHAIR = "wheelchair"
    BRAILLE = "braille"
    SIGN = "sign"
    GLASSES = "glasses"
    NURSING = "nursing"


class DayKind(StrEnum):
    """What kind of day it is for an office."""

    WORKING = "working"
    SATURDAY = "saturday"
    SUNDAY = "sunday"
    HOLIDAY = "holiday"


class Hours(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Spans like "09:00-12:00" for each kind of day; none means closed."""

    working: tuple[str, ...] = ()
    saturday: tuple[str, ...] = ()
    sunday: tuple[str, ...] = ()
    holiday: tuple[str, ...] = ()


class Opening(msgspec.Struct, frozen=True):
    """How it stands at one moment: `until` when it is open (None: it never closes), `opens_at` when it is not (None: not soon)."""

    open: bool
    until: dt.datetime | None = None
    opens_at: dt.datetime | None = None


class OpenDay(msgspec.Struct, frozen=True):
    """One day of the coming week."""

    on: dt.date
    kind: DayKind
    spans: tuple[str, ...]


def minutes(clock: str) -> int:
    """Minutes since midnight; "24:00" is the end of the day."""
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


class Office(msgspec.Struct, frozen=True):
    """网点: a place where one goes. It does everything of its `departments`, and the single `items` beside."""

    code: str
    name: Text
    district: str
    address: Text
    lat: float
    lon: float
    hours: Hours
    phone: str
    counters: int
    facilities: tuple[Facility, ...]
    departments: tuple[str, ...]
    items: tuple[str, ...]

    def does(self, department: str, item: str = "") -> bool:
        return department in self.departments or item in self.items


class Distance(msgspec.Struct, frozen=True):
    """How far an office is, as the statement gives it."""

    code: str
    metres: float


class Near(msgspec.Struct, frozen=True):
    """An office and how far it is."""

    office: Office
    metres: int


class Staff(msgspec.Struct, frozen=True):
    """经办人: a person with a post. `districts` are paths; the grants hold there and in everything below."""

    person: PersonId
    org: OrgId
    name: str
    post: Text
    grants: frozenset[str]
    districts: tuple[str, ...]
    role: "Role | None" = None
    """In an organisation that registered itself; None for the city's own staff."""


class StaffRow(msgspec.Struct, frozen=True):
    """One post with its grants, as the statement gives it."""

    person_ref: PersonId
    org_id: OrgId
    name: str
    post: Text
    grants: list[str]
    districts: list[str]
    role: "Role | None"


class Orgs:
    """The whole of it, as one process keeps it in memory; never changed, only replaced."""

    def __init__(
        self, districts: list[District], departments: list[Department], rows: list[StaffRow], offices: list[Office],
        organisations: "Sequence[Organisation]" = (),
    ) -> None:  # fmt: skip
        self.districts = {d.code: d for d in districts}
        self.own = {d.code: d for d in departments}
        """The city's; the others have registered themselves."""
        self.departments = self.own | {d.code: d for d in map(offering, organisations)}
        self.by_id = {d.id: d for d in self.departments.values()}
        self.organisations = {o.id: o for o in organisations}
        self.offices = {office.code: office for office in offices}
        self.children: dict[str, list[District]] = {}
        for district in districts:
            if district.parent:
                self.children.setdefault(district.parent, []).append(district)
        self.staff = {row.person_ref: self._staff(row) for row in rows}
        self.clerks: dict[OrgId, list[Staff]] = {}
        for member in self.staff.values():
            self.clerks.setdefault(member.org, []).append(member)

    def _staff(self, row: StaffRow) -> Staff:
        paths = tuple(sorted(self.path_of(code) for code in row.districts if code in self.districts))
        grants = ROLES[row.role] if row.role else frozenset(row.grants)
        return Staff(row.person_ref, row.org_id, row.name, row.post, grants, paths, row.role)

    def path_of(self, code: str) -> str:
        """"9901.990102" for "990102"; empty when the city has no such district."""
        district = self.districts.get(code)
        return district.path if district else ""

    @property
    def city(self) -> District | None:
        """The root of the tree."""
        return next((d for d in self.districts.values() if d.level is Level.CITY), None)

    def within(self, level: Level) -> list[District]:
        """All districts of one level, by code."""
        return [d for d in self.districts.values() if d.level is level]


def covers(paths: tuple[str, ...], path: str) -> bool:
    """Whether a place lies in one of these districts or below it."""
    return any(path == held or path.startswith(held + ".") for held in paths)


class Seen(msgspec.Struct, frozen=True):
    """访问记录 in plain words: who of which department looked at what of mine, and why."""

    id: AccessId
    at: dt.datetime
    staff: str
    department: Text | None
    code: str | None
    purpose: Text
    fields: list[str]
    case: str | None


class SeenPage(msgspec.Struct, frozen=True):
    """One page of access records; `next` is where the next page begins."""

    items: list[Seen]
    next: AccessId | None


class NewDistrict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line of districts.jsonl."""

    code: str
    level: Level
    parent: str | None
    name: Text


class NewDepartment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line of departments.jsonl."""

    code: str
    name: Text
    short: Text
    uscc: str
    phone: str
    address: Text
    hours: Text
    lat: float
    lon: float
    icon: str
    tone: str
    summary: Text


class NewOffice(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A line of offices.jsonl."""

    code: str
    name: Text
    district: str
    address: Text
    lat: float
    lon: float
    hours: Hours
    phone: str
    counters: int = 0
    facilities: tuple[Facility, ...] = ()
    departments: tuple[str, ...] = ()
    items: tuple[str, ...] = ()


class NewStaff(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line of demo/staff.jsonl: the person is named by phone and gets an account when there is none yet."""

    phone: str
    name: str
    department: str
    post: Text
    grants: list[str]
    districts: list[str]


class Role(StrEnum):
    """What a member may do for an organisation."""

    ADMIN = "admin"
    EDITOR = "editor"
    CLERK = "clerk"
    VIEWER = "viewer"


HANDLES = "cases:handle"
ROLES: dict[Role, frozenset[str]] = {
    Role.ADMIN: frozenset({Grants.MEMBER, Grants.MEMBERS, "studio:see", "studio:edit", "studio:review"}),
    Role.EDITOR: frozenset({Grants.MEMBER, "studio:see", "studio:edit"}), Role.CLERK: frozenset({Grants.MEMBER, HANDLES}),
    Role.VIEWER: frozenset({Grants.MEMBER}),
}  # fmt: skip
"""Grants hold in the member's own organisation alone. Those of rooms above are named as a city names them in its list of staff."""


class Organisation(msgspec.Struct, frozen=True):
    """机构: an organisation that registered itself and was accepted."""

    id: OrgId
    uscc: str
    name: str
    kind: str
    since: dt.datetime


def offering(org: Organisation) -> Department:
    """A registered organisation as whoever offers services: it goes by its code; where it is found stands in its guides."""
    name, none = Text(org.name), Text("")
    return Department(org.id, f"org-{org.uscc.lower()}", name, name, org.uscc, "", none, none, 0.0, 0.0, "briefcase", "b", none)
