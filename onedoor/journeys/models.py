"""What journeys are made of, how their legs depend on each other, and what is offered to whoever is entitled. Pure."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

from msgspec import Struct
from msgspec.structs import replace

from onedoor.cases.models import CaseId
from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import Text
from onedoor.kernel.ids import Id

FORMS = "journey-"
"""How the form of a journey is called among the forms of items; no item's code begins so."""


class RunId(Id):
    """Names one run of a journey; the same digits as the draft it was made of."""

    prefix = "run"


class ProposalId(Id):
    """Names one offer of a benefit to one person."""

    prefix = "proposal"


class LegState(StrEnum):
    """Where a leg stands."""

    NOT_NEEDED = "not_needed"
    WAITING = "waiting"
    READY = "ready"
    CASE = "case"
    DONE = "done"
    FAILED = "failed"


ENDED = frozenset({LegState.NOT_NEEDED, LegState.DONE, LegState.FAILED})


class Cause(StrEnum):
    """Why a leg is not needed: by the situation, because an earlier one did not come to be, or because its person took it back."""

    NONE = ""
    SITUATION = "situation"
    BEFORE = "before"
    TAKEN_BACK = "taken_back"


GRANTED = "granted"
"""The one outcome of a case for which others wait."""


class Option(Struct, frozen=True, forbid_unknown_fields=True):
    """One answer to a situation."""

    value: str
    label: Text
    hint: Text | None = None


class Situation(Struct, frozen=True, forbid_unknown_fields=True):
    """情形: one question that decides what is needed."""

    name: str
    label: Text
    options: list[Option]
    hint: Text | None = None


class LegPlan(Struct, frozen=True, forbid_unknown_fields=True):
    """环节: one item of a journey. `map` says where the answer to a question of the item comes from: "/name" of a question that several
    legs share, { is = … } always this, or { leg = …, claim = … } of the certificate of an earlier leg. Else it is asked for this leg."""

    code: str
    item: str
    name: Text | None = None
    when: dict[str, Any] | None = None
    why_not: Text | None = None
    after: list[str] = []
    map: dict[str, Any] = {}


class NewJourney(Struct, frozen=True, forbid_unknown_fields=True):
    """一件事 as a city's file has it. `department` looks after it; `also` are departments that take part without a leg of their own."""

    code: str
    name: Text
    summary: Text
    department: str
    icon: str
    tone: str
    situation: list[Situation]
    leg: list[LegPlan]
    aliases: list[str] = []
    life_events: list[str] = []
    also: list[str] = []
    order: int = 100


class LegMade(Struct, frozen=True):
    """A leg put together with its item's form: which of the journey's questions answers which of its own, what is always the same,
    what an earlier certificate says, and its papers by their names in the journey."""

    code: str
    item: str
    title: Text
    department: str
    when: dict[str, Any] | None
    why_not: Text | None
    after: list[str]
    places: dict[str, str]
    fixed: dict[str, Any]
    takes: dict[str, list[str]]
    papers: dict[str, str]
    trips: int
    cert_type: str | None


class Journey(Struct, frozen=True):
    """One version of a journey, ready to be begun."""

    code: str
    version: int
    name: Text
    summary: Text
    icon: str
    tone: str
    situations: list[str]
    legs: list[LegMade]
    life_events: list[str]
    aliases: list[str]
    also: list[str]
    retired: bool

    @property
    def form(self) -> str:
        return FORMS + self.code

    @property
    def href(self) -> str:
        return f"/journeys/{self.code}"


class Measure(Struct, frozen=True):
    """省了多少: counted from what was really asked, beside what the items would ask one by one."""

    departments: int
    trips: int
    filled: int
    papers: int
    apart: int
    """Answers that the same legs would want when each is applied for by itself."""


class Run(Struct, frozen=True):
    """One person's run of a journey."""

    citizen_id: PersonId
    id: RunId
    journey: str
    version: int
    title: Text
    measure: Measure
    pressed_at: datetime
    ended_at: datetime | None

    @property
    def href(self) -> str:
        return f"/runs/{self.id}"


class Leg(Struct, frozen=True):
    """One leg of a run. Its answers are kept until its case has them."""

    citizen_id: PersonId
    run_id: RunId
    code: str
    place: int
    item: str
    title: Text
    state: LegState
    cause: Cause
    why: Text | None
    after: list[str]
    answers: dict[str, Any]
    takes: dict[str, list[str]]
    files: dict[str, str]
    """Uploaded files by id, each with the code of the paper that it is for this item."""
    case_ref: CaseId | None
    outcome: str
    changed_at: datetime

    @property
    def key(self) -> UUID:
        """Under which its case is made, once."""
        return uuid5(self.run_id.uuid, self.code)

    @property
    def ended(self) -> bool:
        return self.state in ENDED

    @property
    def over(self) -> bool:
        """Whoever waits for it may begin: it was granted, or by the situation never needed."""
        return self.outcome == GRANTED or (self.state is LegState.NOT_NEEDED and self.cause is Cause.SITUATION)

    @property
    def lost(self) -> bool:
        """Whoever waits for it waits in vain."""
        return self.ended and not self.over


def settled(legs: Sequence[Leg]) -> list[Leg]:
    """The legs whose state follows from the others': one that waits is ready when all before it are granted or were never needed, and
    not needed when one of them did not come to be. Repeated until nothing changes, so that the order of events does not matter."""
    now = {leg.code: leg for leg in legs}
    first = dict(now)
    for _ in legs:
        for leg in list(now.values()):
            waits = leg.state is LegState.WAITING or (leg.state is LegState.NOT_NEEDED and leg.cause is Cause.BEFORE)
            if waits:
                now[leg.code] = _follows(leg, [now[code] for code in leg.after])
    return [leg for code, leg in now.items() if leg != first[code]]


def _follows(leg: Leg, before: Sequence[Leg]) -> Leg:
    if any(one.lost for one in before):
        return replace(leg, state=LegState.NOT_NEEDED, cause=Cause.BEFORE)
    ready = all(one.over for one in before)
    return replace(leg, state=LegState.READY if ready else LegState.WAITING, cause=Cause.NONE)




class NewBenefit(Struct, frozen=True, forbid_unknown_fields=True):
    """免申即享 as a city's file has it: the item it is a case of, the duty for which people are looked for, the rule, and the answers."""

    code: str
    name: Text
    summary: Text
    gives: Text
    item: str
    department: str
    ground: Text
    rule: dict[str, Any]
    reasons: Text
    answers: dict[str, Any] = {}
    ask: list[str] = []
    pause_days: int = 365


class Benefit(Struct, frozen=True):
    """One version of a benefit. `elements` is what the nightly search reads, of everybody, for the published ground."""

    code: str
    version: int
    name: Text
    summary: Text
    gives: Text
    item: str
    department: str
    ground: Text
    rule: dict[str, Any]
    reasons: Text
    elements: list[str]
    answers: dict[str, Any]
    ask: list[str]
    pause_days: int


class ProposalState(StrEnum):
    """What became of an offer. Silence is none of them: it stays open."""

    OPEN = "open"
    TAKEN = "taken"
    DECLINED = "declined"
    OVER = "over"


class Proposal(Struct, frozen=True):
    """可享待遇: one benefit offered to one person, and why."""

    citizen_id: PersonId
    id: ProposalId
    benefit: str
    version: int
    title: Text
    state: ProposalState
    found_on: date
    seen: dict[str, Any]
    """The elements by which the person was found, with their values on that day."""
    case_ref: CaseId | None
    changed_at: datetime

    @property
    def href(self) -> str:
        return f"/me/benefits/{self.id}"
