"""Schemes of passes, their rules, what people declare, and the colours decided from it."""

import datetime as dt
from enum import StrEnum
from typing import Any

import msgspec

from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import Text
from onedoor.kernel.ids import Id
from onedoor.orgs.models import OrgId


class DeclarationId(Id):
    """健康申报: one set of answers."""

    prefix = "declaration"


class DecisionId(Id):
    """转码: one colour, and what gave it."""

    prefix = "decision"


class AppealId(Id):
    """申诉: one objection to a colour."""

    prefix = "appeal"


class EvidenceId(Id):
    """One paper handed in with an appeal."""

    prefix = "evidence"


class ActId(Id):
    """One thing that somebody did with a scheme."""

    prefix = "act"


class PlaceId(Id):
    """场所: where passes are checked."""

    prefix = "place"


class Grants(StrEnum):
    """What this room lets a member of staff do."""

    SCHEME = "passes:scheme"
    SIGN = "passes:sign"
    APPEAL = "passes:appeal"
    COUNTER = "passes:counter"
    GATES = "passes:gates"
    WATCH = "passes:watch"
    LIST = "passes:list"
    TRACE = "passes:trace"
    APPROVE_TRACE = "passes:approve"
    REGIONS = "passes:regions"


class Kind(StrEnum):
    """What a scheme is for."""

    HEALTH = "health"
    RESIDENT = "resident"
    VISITOR = "visitor"
    WORKER = "worker"
    VEHICLE = "vehicle"
    EVENT = "event"
    AREA = "area"


class State(StrEnum):
    """Where a scheme stands."""

    DRAFT = "draft"
    IN_FORCE = "in_force"
    SUSPENDED = "suspended"
    ENDED = "ended"
    DELETED = "deleted"


class Colour(StrEnum):
    """通行码 colours, from best to worst: the order of this list is the order of "worst", and not that of their numbers."""

    GREEN = "green"
    POPUP = "popup"
    GREY = "grey"
    YELLOW = "yellow"
    RED = "red"

    @property
    def rank(self) -> int:
        return RANK[self]

    @property
    def number(self) -> int:
        """As it stands in a code."""
        return NUMBER[self]


RANK = {colour: rank for rank, colour in enumerate(Colour)}
NUMBER = {Colour.GREEN: 0, Colour.YELLOW: 1, Colour.RED: 2, Colour.GREY: 3, Colour.POPUP: 4}


def worst(*colours: Colour) -> Colour:
    """The worst of them; green when there are none."""
    return max(colours, key=RANK.__getitem__, default=Colour.GREEN)


class Level(StrEnum):
    """风险等级 of a part of the city."""

    LOW = "low"
    MID = "mid"
    HIGH = "high"


class Channel(StrEnum):
    """By which way somebody declared."""

    PAGE = "page"
    API = "api"
    COUNTER = "counter"
    PAPER = "paper"


class Cause(StrEnum):
    """What made a colour be worked out."""

    DECLARATION = "declaration"
    AGE = "age"
    REGION = "region"
    REPLAY = "replay"
    APPEAL = "appeal"
    CASE = "case"


class Basis(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """法律依据: the document, its article, and where it can be read."""

    document: str
    article: Text
    url: str = ""


class Signature(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who put their name under something; `org` is a department's code, `person` is there when it was done here."""

    name: str
    org: str
    at: dt.datetime
    person: PersonId | None = None


class GatePolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a gate of this scheme does without a network; `vehicles` when the scheme gives passes to vehicles too."""

    offline_id: bool = False
    list_hours: int = 24
    step_seconds: int = 15
    vehicles: bool = False


class Scheme(msgspec.Struct, frozen=True):
    """通行方案: why people show a pass, on which legal basis, and until when. `ends_on` is the last day on which it holds."""

    code: str
    kind: Kind
    shard: int
    name: Text
    about: Text
    authority: str
    basis: Basis
    purposes: list[Text]
    starts_on: dt.date
    ends_on: dt.date
    retention_days: int
    tracing_days: int
    gate: GatePolicy
    state: State
    signed_by: list[Signature]
    changed_at: dt.datetime

    def holds(self, today: dt.date) -> bool:
        """Whether people declare and show today."""
        return self.state is State.IN_FORCE and self.starts_on <= today <= self.ends_on

    @property
    def deleted_on(self) -> dt.date:
        """When its data are due to be gone."""
        return self.ends_on + dt.timedelta(days=self.retention_days)


class Option(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    value: str
    label: Text


class As(StrEnum):
    """How a question is asked."""

    RADIOS = "radios"
    CHECKS = "checks"
    TEMPERATURE = "temperature"
    DATE = "date"
    DISTRICTS = "districts"


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"kind": "as"}):
    """One question of a declaration; `when` says whether it is asked, `field` is its name in GB/T 38961."""

    id: str
    ask: Text
    kind: As
    hint: Text | None = None
    options: tuple[Option, ...] = ()
    required: bool = True
    when: Any = None
    field: str = ""


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One rule: when it applies it gives its colour, until `days` after the declaration or the instant that `until` works out."""

    id: str
    title: Text
    when: Any
    colour: Colour
    tell: Text
    appeal: Text
    days: int = 0
    until: Any = None
    suspend_on_appeal: bool = False
    """While an appeal against it is being looked into, it does not count."""


class RuleTest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One example that a ruleset carries with it, and the colour that it must give. `age_days` is how old the declaration is."""

    name: str
    answers: dict[str, Any]
    colour: Colour
    fired: tuple[str, ...] | None = None
    age_days: int = 0
    levels: tuple[Level, ...] = ()
    home_level: Level = Level.LOW


class Preview(msgspec.Struct, frozen=True):
    """What a ruleset would change: of `people` so many were looked at; "green>red" → how many of these."""

    at: dt.datetime
    people: int
    looked: int
    changes: dict[str, int]


class Ruleset(msgspec.Struct, frozen=True):
    """规则版本: questions, rules and the tests they must pass."""

    scheme: str
    version: int
    fresh_days: int
    questions: list[Question]
    rules: list[Rule]
    tests: list[RuleTest]
    sha256: bytes
    made_at: dt.datetime
    preview: Preview | None
    approved_by: list[Signature]
    valid_from: dt.datetime | None


class RegionLevel(msgspec.Struct, frozen=True):
    """The level of a part of the city, since when, and by which document."""

    scheme: str
    division: str
    valid_from: dt.datetime
    level: Level
    source: str


class Declaration(msgspec.Struct, frozen=True):
    """健康申报: what a person answered. Nothing is overwritten: a correction is another one, with its reason."""

    id: DeclarationId
    scheme: str
    by_ref: PersonId | None
    by_name: str | None
    channel: Channel
    division: str
    answers: dict[str, Any]
    declared_at: dt.datetime
    supersedes: DeclarationId | None
    corrected_reason: str | None


class Decision(msgspec.Struct, frozen=True):
    """One colour with everything it comes from; `since` is when this colour began, `words` what an appeal was answered with."""

    id: DecisionId
    scheme: str
    ruleset_version: int
    declaration_id: DeclarationId | None
    inputs_sha256: bytes
    inputs: dict[str, Any]
    fired: list[str]
    colour: Colour
    since: dt.datetime
    until: dt.datetime | None
    decided_at: dt.datetime
    cause: Cause
    replaces: DecisionId | None
    words: dict[str, Any] | None


class Standing(msgspec.Struct, frozen=True):
    """What holds now for a person in a scheme: place in the list of colours, colour, and the decision it comes from."""

    citizen_id: PersonId
    scheme: str
    shard: int
    row_no: int
    seq: int
    colour: Colour
    division: str
    divisions: list[str]
    declaration_id: DeclarationId | None
    decision_id: DecisionId
    version: int
    since: dt.datetime
    until: dt.datetime | None
    waived: dict[str, dt.datetime] = {}
    """Rules that do not count for this person until then, because an appeal was right."""


class Place(msgspec.Struct, frozen=True):
    """场所: where passes are checked, and how long somebody stays there when nobody saw them leave."""

    org_id: OrgId
    id: PlaceId
    name: Text
    class_: str
    division: str
    dwell_minutes: int
    indoor: bool
    policy: dict[str, Any]
    active: bool


class NewLevel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One [[level]] of a scheme's file."""

    division: str
    level: Level
    since: dt.datetime
    source: str


class NewRuleset(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """[ruleset] of a scheme's file, with its questions, rules and tests."""

    version: int
    fresh_days: int
    question: list[Question]
    rule: list[Rule]
    test: list[RuleTest]


class NewScheme(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One passes/<code>.toml of a city's folder."""

    code: str
    kind: Kind
    name: Text
    about: Text
    authority: str
    basis: Basis
    purposes: list[Text]
    starts: dt.date
    ends: dt.date
    retention_days: int
    ruleset: NewRuleset
    tracing_days: int = 0
    gate: GatePolicy = GatePolicy()
    level: list[NewLevel] = []
    signed: list[Signature] = []
