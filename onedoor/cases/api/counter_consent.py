"""窗口授权 for programs of counters: what the person would allow, the code they say, and taking a consent back."""

from typing import Annotated, Literal

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from onedoor.cases.service import counter as turns
from onedoor.cases.service import counter_consent
from onedoor.cases.service.counter_consent import Shown
from onedoor.exchange.errors import NoSuchConsent
from onedoor.exchange.models import Sheet
from onedoor.exchange.service import ConsentId
from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import Text
from onedoor.kernel.ports import Ports
from onedoor.kernel.work import Begin, Work
from onedoor.ui.edge import AnyRequest, may, once

from .counter import TAGS, Short, TurnShown, counter_of, shown


class Sheets(msgspec.Struct, frozen=True):
    """What the person has not allowed for this draft, and could."""

    items: list[Sheet]


class NewSheet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """By agreement the facts that the person would allow; for this case or for a year; in which language they read it."""

    chosen: dict[Short, list[Short]]
    mode: Literal["case", "until"] = "case"
    language: Literal["zh-CN", "en"] = "zh-CN"


class SheetShown(msgspec.Struct, frozen=True):
    """The words that are agreed to."""

    words: list[Text]
    language: str


class NewAgreement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The code that the person says."""

    code: Annotated[str, msgspec.Meta(min_length=1, max_length=20)]
    recording: Annotated[str, msgspec.Meta(max_length=60)] = ""
    """Said in a call: the number under which the call is kept."""


class NewCard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The number on the identity card that lies on the counter."""

    id_number: Short


class Allowed(msgspec.Struct, frozen=True):
    """One consent that can be taken back here."""

    id: str
    words: Text


class StandingShown(msgspec.Struct, frozen=True):
    """What somebody has allowed here, and how much elsewhere."""

    person: str
    items: list[Allowed]
    others: int


def _sheet(found: Shown) -> SheetShown:
    return SheetShown(found.words, found.asked.locale)


@get("/api/desk/counter/{counter:str}/sheets", **may("cases:handle"), tags=TAGS)
async def sheets(counter: FromPath[str], work: NamedDependency[Work]) -> Sheets:
    """What could be allowed."""
    return Sheets(await counter_consent.open_sheets(work, await turns.turn(work, counter_of(counter))))


@post("/api/desk/counter/{counter:str}/sheets", **may("cases:handle"), tags=TAGS)
async def choose(
    request: AnyRequest, counter: FromPath[str], work: NamedDependency[Work], data: JSONBody[NewSheet]
) -> Response[SheetShown]:
    """Lay a sheet before the person. A code that was sent for another one does not fit any more."""

    async def make() -> SheetShown:
        return _sheet(await counter_consent.put(work, counter_of(counter), data.chosen, data.mode, data.language))

    return await once(request, work, make)


@post("/api/desk/counter/{counter:str}/sheets/codes", **may("cases:handle"), tags=TAGS, status_code=202)
async def send_code(request: AnyRequest, counter: FromPath[str], work: NamedDependency[Work]) -> Response[None]:
    """A one-time code to the person's own phone, with the words."""

    async def make() -> None:
        await counter_consent.send_code(work, counter_of(counter))

    return await once(request, work, make, 202)


@post("/api/desk/counter/{counter:str}/consents", **may("cases:handle"), tags=TAGS)
async def agree(
    counter: FromPath[str], begin: NamedDependency[Begin], ports: NamedDependency[Ports], data: JSONBody[NewAgreement]
) -> TurnShown:
    """The person's yes. Registers are asked; what they hold is filled in."""
    await counter_consent.agree(begin, ports, counter_of(counter), data.code, data.recording)
    async with begin() as work:
        return shown(work, await turns.turn(work, counter_of(counter)))


@post("/api/desk/consents/lookups", **may("cases:handle"), tags=TAGS, status_code=200)
async def find(begin: NamedDependency[Begin], ports: NamedDependency[Ports], data: JSONBody[NewCard]) -> StandingShown:
    """Whoever stands there with their card: what they can take back here. They read of it."""
    async with turns.counted(begin), begin() as work:
        found = await counter_consent.find(work, ports, data.id_number)
    return StandingShown(str(found.citizen), [Allowed(str(one.id), one.shown) for one in found.consents], found.others)


@post("/api/desk/consents/{person:str}/{consent:str}/revocations", **may("cases:handle"), tags=TAGS)
async def take_back(
    request: AnyRequest, person: FromPath[str], consent: FromPath[str], work: NamedDependency[Work]
) -> Response[Allowed]:
    """Taken back in the person's name; they are told."""

    async def make() -> Allowed:
        try:
            which = PersonId.parse(person), ConsentId.parse(consent)
        except ValueError:
            raise NoSuchConsent() from None
        ended = await counter_consent.take_back(work, *which)
        return Allowed(str(ended.id), ended.shown)

    return await once(request, work, make, 200)


handlers = [sheets, choose, send_code, agree, find, take_back]
