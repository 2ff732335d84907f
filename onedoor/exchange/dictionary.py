"""目录 The dictionary of a city: which facts there are, who holds each, and who may ask for it. Pure, kept in memory by each process."""

import datetime as dt
from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from msgspec import Struct

from onedoor.kernel.i18n import Text
from onedoor.kernel.ids import Id
from onedoor.orgs.models import OrgId

from .models import Transport

IDENTITY = "identity"
"""The source of what the real-name check and signing in have told: no register is asked for it again."""


class Ground(StrEnum):
    """Why a register may be asked: because the law gives the duty, or because the person agrees."""

    DUTY = "duty"
    CONSENT = "consent"


class Sharing(StrEnum):
    """无条件共享, 有条件共享, 不予共享."""

    OPEN = "open"
    CONDITIONAL = "conditional"
    NONE = "none"


class Element(Struct, frozen=True):
    """数据元, one fact: its shape, how sensitive it is (1 to 4), how it is masked, and the one register that is its source."""

    code: str
    title: Text
    schema: dict[str, Any]
    sensitivity: int
    mask: str
    source: str


class Limits(Struct, frozen=True):
    """What a register bears: calls a second, at once, and how long a person waits for one."""

    rps: int = 50
    concurrent: int = 8
    timeout_ms: int = 700


class Register(Struct, frozen=True):
    """数源系统, a department's system. `state` is on, off, or blocked after it answered about somebody else."""

    code: str
    org_ref: OrgId
    title: Text
    transport: Transport
    hours: str
    contact: str
    limits: Limits
    settings: dict[str, Any]
    state: str


class Code(Struct, frozen=True):
    """What a register's own code means here."""

    value: str
    title: Text


class Reading(Struct, frozen=True):
    """对照, how a resource's answers are read: the live version of its mapping. A new one is switched on after a dry run."""

    resource: str
    version: int
    rules: list[dict[str, Any]]
    codes: dict[str, dict[str, Code]]

    @property
    def tables(self) -> dict[str, dict[str, Any]]:
        return {name: {code: one.value for code, one in table.items()} for name, table in self.codes.items()}


class Resource(Struct, frozen=True):
    """数据资源, what can be asked of a register in one call. `fresh_s` is how long an answer is good for."""

    code: str
    version: int
    register: str
    title: Text
    way: str
    operation: str
    keys: tuple[str, ...]
    elements: tuple[str, ...]
    sharing: Sharing
    basis: str
    cycle: str
    fresh_s: int
    review_on: dt.date | None
    backflow: tuple[str, ...] = ()
    """Which elements may be given back to districts and streets."""


class Purpose(Struct, frozen=True):
    """用途, what a look may be for; answers are kept so many days for it."""

    code: str
    title: Text
    law: str
    keep_days: int


class Agreement(Struct, frozen=True):
    """共享授权, who may ask which register for which facts, for which services and until when."""

    id: str
    asker: OrgId
    resource: str
    elements: tuple[str, ...]
    purposes: tuple[str, ...]
    items: tuple[str, ...]
    ground: Ground
    basis: str
    per_day: int
    from_on: dt.date
    until_on: dt.date
    state: str
    scope: str = ""
    every: str = ""
    """数据回流: the rows of this division's people are given back, `once` or `monthly`; none: one person is asked about at a time."""

    def in_force(self, today: dt.date) -> bool:
        return self.state == "granted" and self.from_on <= today <= self.until_on


class Dictionary(Struct, frozen=True):
    """Everything above, by code."""

    elements: dict[str, Element]
    registers: dict[str, Register]
    resources: dict[str, Resource]
    readings: dict[str, Reading]
    purposes: dict[str, Purpose]
    agreements: dict[str, Agreement]

    def source_of(self, element: str) -> Resource | None:
        """一数一源: the resource of the element's one source that holds it; None when only identity does, or nobody."""
        known = self.elements.get(element)
        if known is None or known.source == IDENTITY:
            return None
        return next((r for r in self.resources.values() if r.register == known.source and element in r.elements), None)

    def agreed(self, asker: Id, item: str, element: str, today: dt.date) -> Agreement | None:
        """The agreement in force by which this organisation may ask for the element in this service."""
        resource = self.source_of(element)
        standing = self.standing(asker, item, resource.code) if resource else []
        return next((a for a in standing if a.in_force(today) and element in a.elements), None)

    def standing(self, asker: Id, item: str, resource: str) -> list[Agreement]:
        """Agreements of this organisation on a resource for this service, in force or not."""
        return [a for a in self.agreements.values() if a.resource == resource and a.asker.uuid == asker.uuid and item in a.items]

    def register_of(self, resource: str) -> Register:
        return self.registers[self.resources[resource].register]


EMPTY = Dictionary({}, {}, {}, {}, {}, {})


def seconds(spelled: str) -> int:
    """"30d", "12h" or "90m" as seconds."""
    return int(spelled[:-1]) * {"m": 60, "h": 3600, "d": 86400}[spelled[-1]]


def by_resource(known: Dictionary, elements: Iterable[str]) -> dict[str, list[str]]:
    """Which resources together hold these elements."""
    found: dict[str, list[str]] = {}
    for element in elements:
        if resource := known.source_of(element):
            found.setdefault(resource.code, []).append(element)
    return found


def open_now(hours: str, clock: str) -> bool:
    """Whether a system with these hours ("06:00-23:00"; over midnight too) answers at "HH:MM"."""
    begins, _, ends = hours.partition("-")
    return begins <= clock < ends if begins < ends else clock >= begins or clock < ends


def masked(mask: str, value: Any) -> str:
    """A value as somebody sees it who need not know it whole."""
    said = str(value)
    if mask == "none":
        return said
    if mask == "name":
        return said[:1] + "*" * max(1, len(said) - 1)
    if mask == "number":
        return said[:4] + "*" * max(4, len(said) - 8) + said[-4:] if len(said) > 8 else "*" * len(said)
    return said[:6] + "****" if mask == "address" else "****"
