"""Departments, districts and staff, as every worker keeps them in memory."""

from enum import StrEnum

import msgspec

from onedoor.identity.models import PersonId
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
    org_ref: OrgId
    name: str
    post: Text
    grants: list[str]
    districts: list[str]


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
