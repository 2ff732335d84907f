"""Departments, districts and staff, as every worker keeps them in memory."""

import datetime as dt
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


class Staff(msgspec.Struct, frozen=True):
    """经办人: a person with a post. `districts` are paths; the grants hold there and in everything below."""

    person: PersonId
    org: OrgId
    name: str
    post: Text
    grants: frozenset[str]
    districts: tuple[str, ...]


class StaffRow(msgspec.Struct, frozen=True):
    """One post with its grants, as the statement gives it."""

    person_ref: PersonId
    org_id: OrgId
    name: str
    post: Text
    grants: list[str]
    districts: list[str]


class Orgs:
    """The whole of it, as one process keeps it in memory; never changed, only replaced."""

    def __init__(self, districts: list[District], departments: list[Department], rows: list[StaffRow]) -> None:
        self.districts = {d.code: d for d in districts}
        self.departments = {d.code: d for d in departments}
        self.by_id = {d.id: d for d in departments}
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
        return Staff(row.person_ref, row.org_id, row.name, row.post, frozenset(row.grants), paths)

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


class NewStaff(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line of demo/staff.jsonl: the person is named by phone and gets an account when there is none yet."""

    phone: str
    name: str
    department: str
    post: Text
    grants: list[str]
    districts: list[str]
