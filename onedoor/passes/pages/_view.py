"""What several pages of passes show, and whom they are about."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote

from litestar import Response
from msgspec import Struct

from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import pick, say
from onedoor.kernel.ids import Id
from onedoor.kernel.problems import NotFound
from onedoor.kernel.work import Begin, Work
from onedoor.orgs import service as orgs
from onedoor.passes import policy, service
from onedoor.passes.errors import NoSuchPerson
from onedoor.passes.models import As, Colour, Declaration, Question
from onedoor.passes.records import Dependant, Evidence
from onedoor.ui.edge import AnyRequest

MOST_POSTED = 3 * 20 * 1024 * 1024 + 100_000


class About(Struct, frozen=True):
    """Whom a page is about: the person themselves, or a dependant; `carried` is what its links carry on."""

    work: Work
    dependant: Dependant | None

    @property
    def carried(self) -> str:
        return f"?for={self.dependant.person_ref}" if self.dependant else ""


@asynccontextmanager
async def about(request: AnyRequest, begin: Begin) -> AsyncGenerator[About]:
    """A transaction about whom `?for=` names; without it, about whoever is signed in. A mandate is looked up in one of their own."""
    said = request.query_params.get("for", "")
    if not said:
        async with begin() as work:
            yield About(work, None)
        return
    person = id_of(PersonId, said, NoSuchPerson)
    async with begin() as work:
        actor = await service.dependants.standing_in(work, person)
        dependant = next(one for one in await service.dependants.mine(work) if one.person_ref == person)
    async with begin(actor=actor) as work:
        yield About(work, dependant)


def id_of(kind: type[Any], text: str, missing: type[NotFound]) -> Any:
    """From an address; a wrong one is not found, before any query."""
    try:
        return kind.parse(text)
    except ValueError as unknown:
        raise missing() from unknown


def colour(locale: str, one: Colour) -> dict[str, str]:
    """A colour in words and a shape; the colour itself only adds to them."""
    return {
        "code": str(one), "words": policy.colour_words(locale, one), "shape": policy.SHAPE[one], "meaning": policy.meaning(locale, one),
    }  # fmt: skip


def homes(work: Work, districts: tuple[str, ...] = ()) -> list[dict[str, str]]:
    """Where somebody may say that they live, each part under what holds it; for a clerk, inside the own districts."""
    known = orgs.districts()
    names = {one.code: pick(work.locale, one.name) for one in known}
    return [
        {"value": one.code, "label": " ".join(names[part] for part in one.path.split(".")[1:])}
        for one in known if one.level != "city" and (not districts or any(one.path.startswith(held) for held in districts))
    ]  # fmt: skip


def place(locale: str, code: str) -> str:
    """What a part of the city is called; its code when it is no longer known."""
    found = {one.code: one for one in orgs.districts()}.get(code)
    return pick(locale, found.name) if found else code


def degrees(tenths: int) -> str:
    return f"{tenths // 10}.{tenths % 10}"


def answered(locale: str, questions: list[Question], said: Declaration) -> list[dict[str, str]]:
    """Each question with what was answered, in words."""
    rows = [
        {"question": pick(locale, one.ask), "answer": spoken(locale, one, said.answers[one.id])}
        for one in questions if one.id in said.answers
    ]  # fmt: skip
    return [*rows, {"question": say(locale, "现在住在哪里"), "answer": place(locale, said.division)}]


def spoken(locale: str, question: Question, value: Any) -> str:
    """One answer in words."""
    if question.kind is As.TEMPERATURE and isinstance(value, int):
        return f"{degrees(value)} °C"
    values = [str(one) for one in value] if isinstance(value, list) else [str(value)]
    if question.kind is As.DISTRICTS:
        return say(locale, "、").join(place(locale, one) for one in values)
    labels = {option.value: pick(locale, option.label) for option in question.options}
    return say(locale, "、").join(labels.get(one, one) for one in values)


def channel(locale: str, one: str) -> str:
    return {
        "page": say(locale, "网页"), "api": say(locale, "程序"), "counter": say(locale, "窗口或上门"), "paper": say(locale, "纸质表"),
    }[one]  # fmt: skip


def as_download(paper: Evidence, content: bytes) -> Response[bytes]:
    """To be saved, not to be opened in this site's name."""
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(paper.name, safe='')}", "x-content-type-options": "nosniff",
        "cache-control": "private, no-store",
    }  # fmt: skip
    return Response(content, media_type=paper.kind, headers=headers)


__all__ = [
    "MOST_POSTED", "About", "Id", "about", "answered", "as_download", "channel", "colour", "degrees", "homes", "id_of", "place", "spoken",
]  # fmt: skip
