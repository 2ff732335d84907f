"""Copies for one purpose and print, and the public page where the code of a copy is checked."""

import datetime as dt
from typing import Any, cast

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from onedoor.kernel.i18n import say
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Begin, Work
from onedoor.ui.edge import AnyRequest, form, may, page, see_other
from onedoor.wallet import service, views, words
from onedoor.wallet.checking import guesses
from onedoor.wallet.errors import NoSuchCopy
from onedoor.wallet.models import CopyId
from onedoor.wallet.vault import vault

from .holding import cert_id

HOURS = (1, 24, 168, 720, 2160)
TOO_LONG = HOURS[-1] + 1
"""Whatever is longer still is refused like this: no number that somebody types is too big to be told so."""
USUAL = "168"
PDF = "application/pdf"


class Wanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A copy that is asked for."""

    purpose: str
    to_name: str
    hours: int
    most_reads: int | None = None


class Typed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The code of a copy."""

    code: str


def copy_id(given: str) -> CopyId:
    """The id in an address; anything else is not found."""
    try:
        return CopyId.parse(given)
    except ValueError:
        raise NoSuchCopy() from None


def _lives(locale: str) -> list[dict[str, str]]:
    words = {
        1: say(locale, "1 小时"), 24: say(locale, "1 天"), 168: say(locale, "7 天"), 720: say(locale, "30 天"), 2160: say(locale, "90 天"),
    }  # fmt: skip
    return [{"value": str(hours), "label": words[hours]} for hours in HOURS]


@get("/wallet/{cert:str}/copies", **may("signed-in", acting="copy"))
async def copies(request: AnyRequest, cert: FromPath[str], work: NamedDependency[Work]) -> Response[str]:
    """The copies there are of one certificate, and where a new one is made."""
    return await _copies(request, work, cert, {"hours": USUAL})


async def _copies(
    request: AnyRequest, work: Work, cert: str, values: dict[str, Any], errors: Any = (), status: int = 200
) -> Response[str]:
    found = await service.show(work, cert_id(cert))
    kind = await service.type_of(work, found.type)
    made = [(one, words.copy_word(work.locale, one.standing(work.now))) for one in await service.copies_of(work, found.id)]
    return page(
        request, "wallet/copies.html", status=status, tab="code", cert=found, kind=kind, copies=made, values=values, errors=list(errors),
        lives=_lives(work.locale), effective=found.state_on(work.today) == "10",
    )  # fmt: skip


@post("/wallet/{cert:str}/copies", **may("signed-in", acting="copy"))
async def make(request: AnyRequest, cert: FromPath[str], work: NamedDependency[Work]) -> Any:
    """A new copy; its page comes next."""
    try:
        wanted = await form(request, Wanted)
        lives = dt.timedelta(hours=max(0, min(wanted.hours, TOO_LONG)))
        made = await service.make_copy(work, cert_id(cert), wanted.purpose, wanted.to_name, lives, wanted.most_reads)
    except Invalid as bad:
        typed = bad.extra.get("values")
        return await _copies(request, work, cert, cast("dict[str, Any]", typed) if typed else {"hours": USUAL}, bad.errors, 422)
    return see_other(f"/wallet/{cert}/copies/{made.id}")


@get("/wallet/{cert:str}/copies/{copy:str}", **may("signed-in", acting="copy"))
async def copy(request: AnyRequest, cert: FromPath[str], copy: FromPath[str], work: NamedDependency[Work]) -> Response[str]:
    """One copy: its file, its code, how often it was checked, and where it is taken back."""
    found, kept = await service.copy_by_id(work, copy_id(copy)), await service.show(work, cert_id(cert))
    kind = await service.type_of(work, kept.type)
    standing = found.standing(work.now)
    return page(
        request, "wallet/copy.html", tab="code", cert=kept, kind=kind, copy=found, standing=standing, code=service.spaced(found.code),
        word=words.copy_word(work.locale, standing), svg=views.picture(f"{vault().issuer}/check/{found.code}"),
    )  # fmt: skip


@get("/wallet/{cert:str}/copies/{copy:str}/copy.pdf", **may("signed-in", acting="copy"))
async def copy_file(cert: FromPath[str], copy: FromPath[str], begin: NamedDependency[Begin]) -> Response[bytes]:
    """The copy as a file, its purpose across it."""
    cert_id(cert)
    return _file(await service.copy_of(begin, copy_id(copy)), "copy.pdf", PDF)


@get("/wallet/{cert:str}/copies/{copy:str}/copy.ofd", **may("signed-in", acting="copy"))
async def copy_as_ofd(cert: FromPath[str], copy: FromPath[str], begin: NamedDependency[Begin]) -> Response[bytes]:
    """The same as OFD, for offices that want it."""
    cert_id(cert)
    return _file(await service.ofd_of(begin, copy_id(copy)), "copy.ofd", "application/ofd")


@post("/wallet/{cert:str}/copies/{copy:str}/end", **may("signed-in", acting="copy"))
async def end(cert: FromPath[str], copy: FromPath[str], work: NamedDependency[Work]) -> Any:
    """Take a copy back."""
    cert_id(cert)
    await service.take_copy_back(work, copy_id(copy))
    return see_other(f"/wallet/{cert}/copies/{copy}")


@get("/wallet/{cert:str}/certificate.pdf", **may("signed-in", acting="whole"))
async def paper(cert: FromPath[str], begin: NamedDependency[Begin]) -> Response[bytes]:
    """The certificate to print, with a code that is read without a connection."""
    return _file(await service.paper_of(begin, cert_id(cert)), "certificate.pdf", PDF)


def _file(body: bytes, name: str, kind: str) -> Response[bytes]:
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(body, media_type=kind, headers=headers)


# ── for anybody ────────────────────────────────────────────────────────────────────────────────────


@get("/check", **may(public=True))
async def ask(request: AnyRequest) -> Response[str]:
    """Where the code of a copy is typed in."""
    return page(request, "wallet/check.html", told=None, values={}, errors=[])


@get("/check/{code:str}", **may(public=True))
async def scanned(request: AnyRequest, code: FromPath[str]) -> Response[str]:
    """The picture of a copy leads here. Nothing is counted or told yet: a preview of the address must not use a read up."""
    return page(request, "wallet/check.html", told=None, values={"code": code[:20]}, errors=[])


@post("/check", **may(public=True), status_code=200)
async def check(request: AnyRequest, begin: NamedDependency[Begin]) -> Response[str]:
    """What the copy is worth."""
    guesses.need(request.scope["state"]["ip"])
    try:
        typed = await form(request, Typed)
    except Invalid as bad:
        values = bad.extra.get("values", {})
        return page(request, "wallet/check.html", status=422, told=None, values=values, errors=bad.errors)
    told = await service.check_copy(begin, typed.code)
    title, detail, tone = words.check_words(request.scope["state"]["locale"], told.result)
    return page(request, "wallet/check.html", told=told, title=title, detail=detail, tone=tone, values={}, errors=[])


handlers: list[Any] = [copies, make, copy, copy_file, copy_as_ofd, end, paper, ask, scanned, check]
