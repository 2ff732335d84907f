"""What the studio's API takes and gives."""

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from litestar.params import FromQuery, QueryParameter

from onedoor.cases.models import Trial, TrialCase
from onedoor.catalog.models import Closure
from onedoor.kernel.i18n import Text, say
from onedoor.kernel.ids import convert
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Work
from onedoor.orgs import service as orgs
from onedoor.orgs.models import OrgId
from onedoor.studio.bundle import checks, outline
from onedoor.studio.bundle.boxes import Typed
from onedoor.studio.errors import NoSuchServiceDraft
from onedoor.studio.models import Draft, DraftId, Line, Remark, State, Version
from onedoor.studio.service import drafts, reviewing
from onedoor.studio.service.drafts import Seen

TAGS = ["studio"]
Word = Annotated[str, msgspec.Meta(max_length=400)]
Code = Annotated[str, msgspec.Meta(max_length=64)]
Long = Annotated[str, msgspec.Meta(max_length=20_000)]
Rev = Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000)]
Place = Annotated[int, msgspec.Meta(ge=-1, le=999)]
Cursor = FromQuery[Annotated[str, msgspec.Meta(max_length=80)]]
AtPlace = Annotated[int, QueryParameter(ge=-1, le=999)]


class NewService(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A service to be made: its name and category; begun like the service `like`, or from a `starter`."""

    name_zh: Word
    category: Code
    name_en: Word = ""
    code: Code = ""
    like: Code = ""
    starter: Code = ""


class StarterLine(msgspec.Struct, frozen=True):
    """A service to begin from."""

    code: str
    name: Text
    about: Text


class Starters(msgspec.Struct, frozen=True):
    """What a new service may begin from."""

    items: list[StarterLine]


class ServiceFile(msgspec.Struct, frozen=True):
    """A service as one file: `.odservice`."""

    format: str
    version: int
    service: dict[str, Any]


class DraftLine(msgspec.Struct, frozen=True):
    """A draft in the list; `department` is a code, null when the department is gone."""

    id: DraftId
    item: str
    name: Text
    department: str | None
    state: State
    changed_at: datetime
    changed_by: str


class DraftLines(msgspec.Struct, frozen=True):
    """One page of drafts; `next` goes into `after` for the following one. `waiting` of all there are wait for whoever asks."""

    items: list[DraftLine]
    next: str
    waiting: int


class PartLine(msgspec.Struct, frozen=True):
    """A part of a service, and how many entries it has when it is a list."""

    part: str
    title: str
    entries: int | None


class Found(msgspec.Struct, frozen=True):
    """What the checks say: where it is mended, and whether it stops the service or is advice."""

    part: str
    place: int
    box: str
    words: str
    advice: bool


class Said(msgspec.Struct, frozen=True):
    """What a reader said of one part."""

    id: str
    part: str
    words: str
    by: str
    at: datetime
    done: bool


class DraftWhole(DraftLine, frozen=True):
    """A draft with everything in it; `rev` goes into the next change of the whole."""

    rev: int
    base_version: int
    publish_at: datetime | None
    service: dict[str, Any]
    parts: list[PartLine]
    findings: list[Found]
    remarks: list[Said]


class BoxShown(msgspec.Struct, frozen=True):
    """One box of a part: what it asks, and what may be chosen."""

    name: str
    label: str
    hint: str
    required: bool
    many: bool
    options: list[str]


class PartShown(msgspec.Struct, frozen=True):
    """One part, or one entry of it, as it stands; `mark` goes into the change."""

    part: str
    place: int
    mark: str
    values: dict[str, Any]
    boxes: list[BoxShown]


class NewChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Boxes of one part; those left out stay. `place` -1 is a new entry; `mark` is what the part was when it was read."""

    part: Code
    values: dict[str, Long | Annotated[list[Word], msgspec.Meta(max_length=200)]]
    place: Place = -1
    mark: Code = ""


class NewMove(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An entry of a list goes `up`, `down`, or away with `remove`."""

    part: Code
    place: Place
    act: Code
    mark: Code = ""


class RowShown(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing to add: the part (`questions` or `papers`), its boxes, and the cell it was read from."""

    part: Code
    values: dict[str, Long]
    cell: Code = ""


class UnreadShown(msgspec.Struct, frozen=True):
    """What was not understood: the cell, what stands there, and why."""

    cell: str
    words: str
    why: str


class SheetRead(msgspec.Struct, frozen=True):
    """What a sheet would add; nothing is kept yet."""

    rows: list[RowShown]
    unread: list[UnreadShown]


class NewRows(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is added at the end of the draft, all or none."""

    rows: Annotated[list[RowShown], msgspec.Meta(max_length=200)]


class NewRevision(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole service, made from the revision `rev`."""

    rev: Rev
    service: dict[str, Any]


class NewRemark(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What there is to say; an empty `part` is the whole service."""

    words: Long
    part: Code = ""


class NewPublication(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Now, or at a moment to come."""

    at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None


class NewTrial(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The phones of those who shall try it."""

    phones: Annotated[list[Word], msgspec.Meta(max_length=50)]


class Number(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A try by its number."""

    number: Code


class NewDeed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is done with one try. `things` are missing: a paper of the form as `=code`, anything else in words."""

    number: Code
    act: Literal["grant", "decline", "ask"]
    words: Annotated[str, msgspec.Meta(max_length=2000)] = ""
    things: Annotated[list[Word], msgspec.Meta(max_length=20)] = []


class Tries(msgspec.Struct, frozen=True):
    """A draft on trial: under which code, how many may try it, until when, and what was handed in."""

    code: str
    people: int
    until: datetime | None
    cases: list[TrialCase]


class VersionShown(msgspec.Struct, frozen=True):
    """What was published once."""

    item: str
    version: int
    sha256: str
    published_at: datetime
    published_by: str


class ServiceLine(msgspec.Struct, frozen=True):
    """A service that is offered."""

    item: str
    name: Text


class ServiceLines(msgspec.Struct, frozen=True):
    """One page of services by code; `next` goes into `after` for the following one."""

    items: list[ServiceLine]
    next: str


class ServiceShown(ServiceLine, frozen=True):
    """A service with its versions, how it stands, and the draft of its next version."""

    department: str
    versions: list[VersionShown]
    closure: Closure | None
    draft: DraftId | None


class Again(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which version is published once more."""

    version: Annotated[int, msgspec.Meta(ge=1, le=1_000_000_000)]


class NewNotice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What people are told."""

    notice_zh: Annotated[str, msgspec.Meta(max_length=500)] = ""
    notice_en: Annotated[str, msgspec.Meta(max_length=500)] = ""


class NewEnd(NewNotice, frozen=True, forbid_unknown_fields=True):
    """What people are told, and the service that goes on in its place."""

    successor: Code = ""


def draft_of(given: str) -> DraftId:
    """The draft an address names."""
    try:
        return DraftId.parse(given)
    except ValueError:
        raise NoSuchServiceDraft() from None


def line(found: Line | Draft) -> DraftLine:
    """A draft in the list."""
    name = found.name if isinstance(found, Line) else found.bundle["name"]
    return DraftLine(
        found.id, found.item, convert(name, Text), orgs.code_of(OrgId(found.org_ref.uuid)), found.state, found.changed_at,
        found.changed_by,
    )  # fmt: skip


async def whole(work: Work, draft: Draft) -> DraftWhole:
    """A draft with its parts, what the checks say, and what readers said."""
    known = line(draft)
    parts = [
        PartLine(p.key, outline.title(work.locale, p.key), outline.count(draft.bundle, p.key) if p.many else None)
        for p in outline.shown(draft.bundle)
    ]  # fmt: skip
    found = checks.findings(work.locale, draft.bundle, await drafts.world(work))
    return DraftWhole(
        **{name: getattr(known, name) for name in known.__struct_fields__}, rev=draft.rev, base_version=draft.base_version,
        publish_at=draft.publish_at, service=draft.bundle, parts=parts,
        findings=[Found(f.part, f.place, f.box, f.words, f.advice) for f in found],
        remarks=[said(r) for r in await reviewing.remarks(work, draft)],
    )  # fmt: skip


def said(one: Remark) -> Said:
    return Said(str(one.id), one.part, one.words, one.by, one.at, one.done)


def part_of(seen: Seen) -> PartShown:
    """One part as a program fills it in."""
    boxes = [
        BoxShown(b.name, b.label, b.hint, b.required, b.shape == "list", [code for code, _ in b.options])
        for b in seen.part.boxes(seen.scene)
    ]  # fmt: skip
    return PartShown(seen.part.key, seen.scene.place, seen.mark, {b.name: seen.typed.get(b.name, "") for b in boxes}, boxes)


def typed_of(seen: Seen, given: dict[str, Any]) -> Typed:
    """What stands in the boxes once these are filled in; Invalid names each that the part does not have."""
    boxes = {b.name: b for b in seen.part.boxes(seen.scene)}
    locale, errors = seen.scene.locale, list[dict[str, str]]()
    for name, value in given.items():
        if name not in boxes:
            errors.append({"pointer": f"/values/{name[:40]}", "detail": say(locale, "这一部分没有这个格子")})
        elif isinstance(value, list) and boxes[name].shape != "list":
            errors.append({"pointer": f"/values/{name}", "detail": say(locale, "填写的格式不对，请检查")})
    if errors:
        raise Invalid(errors=errors)
    return {name: seen.typed.get(name, "") for name in boxes} | given


def tries(code: str, trial: Trial | None, cases: list[TrialCase]) -> Tries:
    return Tries(code, len(trial.people) - 1 if trial else 0, trial.until if trial else None, cases)


def version_of(found: Version) -> VersionShown:
    return VersionShown(found.item, found.version, found.sha256, found.published_at, found.published_by)
