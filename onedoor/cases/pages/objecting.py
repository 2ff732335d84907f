"""公示异议 Objecting to a case that is posted: words and papers, once; and what has become of it. Works as a plain multipart form."""
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from onedoor.cases.errors import FileRefused, FileTooLarge, NoSuchObjection, ObjectedBefore, OwnNotice, TooManyFiles
from onedoor.cases.objections import LONGEST, Objection, ObjectionId, ObjectionState
from onedoor.cases.ports import Vault
from onedoor.cases.service import attachments, objecting
from onedoor.cases.service.attachments import Upload
from onedoor.kernel.i18n import day, pick, say, translate
from onedoor.kernel.ports import Ports
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Begin, Work
from onedoor.orgs import service as orgs
from onedoor.ui.edge import AnyRequest, may, page, see_other

from ._special import POSTED
from ._view import posted, texts, uploads
from .files import MOST_POSTED, told

MOST_PAPERS = 3
ADDRESS = f"{POSTED}/{{number:str}}/object"


def objection_of(given: str) -> ObjectionId:
    """The objection an address names."""
    try:
        return ObjectionId.parse(given)
    except ValueError:
        raise NoSuchObjection() from None


async def _asking(request: AnyRequest, work: Work, number: str, status: int = 200, **said: Any) -> Response[Any]:
    found = await objecting.notice(work, number)
    office = (await orgs.snapshot(work.db)).by_id.get(found.org_ref)
    data: dict[str, Any] = {"errors": [], "typed": "", **said}
    return page(
        request, "cases/object.html", status, number=number, title=pick(work.locale, found.title), holder=found.holder,
        until=day(work.locale, found.until_on, year=True), office=pick(work.locale, office.name) if office else "", longest=LONGEST,
        most=MOST_PAPERS, **data,
    )  # fmt: skip


@get(ADDRESS, **may("signed-in"), include_in_schema=False)
async def ask(request: AnyRequest, number: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """What is posted, and a box for what one has against it."""
    return await _asking(request, work, number[:40])


@post(ADDRESS, **may("signed-in"), include_in_schema=False, request_max_body_size=MOST_POSTED)
async def object_to(
    request: AnyRequest, number: FromPath[str], begin: NamedDependency[Begin], ports: NamedDependency[Ports]
) -> Response[Any]:
    """提出. Nothing is kept of papers while the words do not fit; everything typed stays."""
    sent, too_large = await posted(request)
    words, papers = (texts(sent).get("words") or [""])[0].replace("\r\n", "\n"), uploads(sent, "papers")
    async with begin() as work:
        errors = list[dict[str, str]]()
        try:
            await objecting.may_object(work, number, words)
        except Invalid as bad:
            errors = bad.errors
        except OwnNotice as own:
            said = [{"pointer": "/", "detail": translate(work.locale, own.title)}]
            return await _asking(request, work, number, 409, errors=said, typed=words)
        if too_large:
            errors = [*errors, {"pointer": "/papers", "detail": say(work.locale, "文件太大了，每个文件最多 20 MB")}]
        if len(papers) > MOST_PAPERS:
            errors = [*errors, {"pointer": "/papers", "detail": say(work.locale, "最多 {n} 个文件，请先删掉一个", n=MOST_PAPERS)}]
    kept = []
    for one in papers if not errors else []:
        try:
            kept.append((await attachments.keep(begin, ports.get(Vault), Upload(one.filename, await one.read(), "objection"))).id)
        except (FileRefused, FileTooLarge, TooManyFiles) as refused:
            errors.append({"pointer": "/papers", "detail": told(refused)})
    if not errors:
        try:
            async with begin() as work:
                await objecting.object_to(work, number, words, kept)
            return see_other("/me/objections?done=1")
        except ObjectedBefore as before:
            errors = [{"pointer": "/", "detail": translate(request.scope["state"]["locale"], before.title)}]
    async with begin() as work:
        return await _asking(request, work, number, 422, errors=errors, typed=words)


@get("/me/objections", **may("signed-in"), include_in_schema=False)
async def mine(request: AnyRequest, work: NamedDependency[Work], before: FromQuery[str] = "") -> Response[Any]:
    """What I have objected to, and the answers."""
    rows, following = await objecting.mine(work, objection_of(before) if before else None)
    offices = (await orgs.snapshot(work.db)).by_id
    shown = [
        {
            "title": pick(work.locale, one.title), "number": one.number, "words": one.words, "at": one.at, "answer": one.answer,
            "office": pick(work.locale, offices[one.org_ref].name) if one.org_ref in offices else "", **state_of(work.locale, one),
        }
        for one in rows
    ]  # fmt: skip
    following_href = f"/me/objections?before={following}" if following else None
    return page(request, "cases/objections.html", rows=shown, next=following_href, tab="me", done="done" in request.query_params)


def state_of(locale: str, one: Objection) -> dict[str, str]:
    """Where it stands, in words and colour."""
    words = {
        ObjectionState.OPEN: (say(locale, "等部门答复"), "blue"), ObjectionState.ACCEPTED: (say(locale, "异议成立"), "green"),
        ObjectionState.REJECTED: (say(locale, "异议不成立"), "grey"), ObjectionState.ENDED: (say(locale, "办件已经结束"), "grey"),
    }[one.state]  # fmt: skip
    return {"state": words[0], "tone": words[1]}


handlers = [ask, object_to, mine]
