"""My cases: where each stands, what happens next, and what I may still do. And the public look by number."""
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from onedoor.cases import policy
from onedoor.cases.errors import AlreadyRated, NoSuchCase, NotRatedNow, NotReady, WrongNumber
from onedoor.cases.models import AskedKind, Move
from onedoor.cases.service import following
from onedoor.cases.service.attachments import Upload
from onedoor.cases.service.following import Given
from onedoor.cases.service.rating import rating_words
from onedoor.cases.service.standing import status_words
from onedoor.kernel import text
from onedoor.kernel.i18n import pick, say
from onedoor.kernel.ports import Ports
from onedoor.kernel.problems import TooMany
from onedoor.kernel.work import Begin, Work
from onedoor.providers import service as providers
from onedoor.providers.service import standing_words as providers_words
from onedoor.ui.edge import AnyRequest, may, page, see_other

from ._case import asked_view, case_row, case_view
from ._view import case_of, file_of, posted, texts, uploads
from .files import MOST_POSTED, keep_all

MOST_WORDS, WORDS = 2000, ("given-", "cannot-")


@get("/me/cases", **may("signed-in", acting="see_status"), include_in_schema=False)
async def mine(request: AnyRequest, work: NamedDependency[Work], after: FromQuery[str] = "") -> Response[Any]:
    """My cases, newest first."""
    found, more = await following.mine(work, case_of(after) if after else None)
    others = await _elsewhere(work) if not after and not work.actor.behalf else []
    return page(request, "cases/mine.html", cases=[case_row(work, c) for c in found], others=others, more=more, after=after, tab="me")


async def _elsewhere(work: Work) -> list[dict[str, str]]:
    """What other organisations handle on their own sites and report here."""
    words = providers_words(work.locale)
    return [
        {
            "title": pick(work.locale, one.title), "detail": f"{pick(work.locale, name)} · {pick(work.locale, one.words)}",
            "href": f"/matters/{one.id}", "status": words[one.status][0], "tone": words[one.status][1],
        }
        for one, name in await providers.matters(work)
    ]  # fmt: skip


@get("/cases/{case:str}", **may("signed-in", acting="see_status"), include_in_schema=False)
async def show(request: AnyRequest, case: FromPath[str], work: NamedDependency[Work], new: FromQuery[str] = "") -> Response[Any]:
    """One case."""
    seen = await following.show(work, case_of(case))
    return page(request, "cases/show.html", **await case_view(work, seen), fresh=new == "1", tab="me")


@get("/cases/{case:str}/supplement", **may("signed-in", acting="supplement"), include_in_schema=False)
async def asked(request: AnyRequest, case: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Everything that is asked for, on one page."""
    found = await following.one(work, case_of(case))
    policy.must_allow(found, Move.ANSWER)
    files = await following.fresh_files(work, found)
    return page(request, "cases/supplement.html", **asked_view(work, found, files, {}), errors=[])


@post("/cases/{case:str}/supplement", **may("signed-in", acting="supplement"), include_in_schema=False, request_max_body_size=MOST_POSTED)
async def supplement(
    request: AnyRequest, case: FromPath[str], begin: NamedDependency[Begin], ports: NamedDependency[Ports]
) -> Response[Any]:
    """Keep what was given; hand it in when everything is answered, else show what is open and keep the rest."""
    async with begin() as work:
        found = await following.one(work, case_of(case))
        policy.must_allow(found, Move.ANSWER)
    sent, too_large = await posted(request)
    typed = {k: text.printable(v[0]) for k, v in texts(sent).items() if v}
    long = say(work.locale, "最多写 {n} 个字，不能有看不见的符号", n=MOST_WORDS)
    bad = [{"pointer": f"/{k}", "detail": long} for k, words in typed.items() if k.startswith(WORDS) and len(words) > MOST_WORDS]
    bad += [{"pointer": "/given-0", "detail": say(work.locale, "文件太大了，每个文件最多 20 MB")}] if too_large else []
    for i, one in enumerate(found.asked):
        bad += await keep_all(begin, ports, uploads(sent, f"given-{i}"), Upload("", b"", one.ref, case=found.id), 30, f"given-{i}")
    async with begin() as work:
        if gone := typed.get("remove"):
            await following.take_back(work, found, file_of(gone))
        files = await following.fresh_files(work, found)
        if gone:
            return page(request, "cases/supplement.html", **asked_view(work, found, files, typed), errors=[])
        try:
            if bad:
                raise NotReady(errors=bad)
            await following.supplement(work, found.id, given(found.asked, files, typed))
        except NotReady as open_still:
            errors: Any = open_still.extra["errors"]
            return page(request, "cases/supplement.html", 422, **asked_view(work, found, files, typed), errors=errors)
    return see_other(f"/cases/{found.id}")


def given(asked: list[Any], files: list[Any], typed: dict[str, str]) -> dict[str, Given]:
    """What was given to each thing asked for."""
    return {
        a.ref: Given(
            [f.id for f in files if f.document == a.ref] if a.kind is AskedKind.FILE else [],
            text.fold(typed.get(f"given-{i}", "")) if a.kind is AskedKind.WORDS else "", text.fold(typed.get(f"cannot-{i}", "")),
        )
        for i, a in enumerate(asked)
    }  # fmt: skip


@get("/cases/{case:str}/withdraw", **may("signed-in", acting="whole"), include_in_schema=False)
async def ask_withdraw(request: AnyRequest, case: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Are you sure, and what happens then."""
    found = await following.one(work, case_of(case))
    policy.must_allow(found, Move.WITHDRAW)
    return page(request, "cases/withdraw.html", case=found, row=case_row(work, found), errors=[], typed="")


@post("/cases/{case:str}/withdraw", **may("signed-in", acting="whole"), include_in_schema=False)
async def withdraw(request: AnyRequest, case: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Take the case back."""
    reason = (texts(await request.form()).get("reason") or [""])[0]
    if len(reason) > 500 or text.fault(reason, lines=True):
        found = await following.one(work, case_of(case))
        errors = [{"pointer": "/reason", "detail": say(work.locale, "最多写 {n} 个字，不能有看不见的符号", n=500)}]
        data = {"case": found, "row": case_row(work, found), "errors": errors, "typed": text.printable(reason)}
        return page(request, "cases/withdraw.html", 422, **data)
    await following.withdraw(work, case_of(case), text.fold(reason))
    return see_other(f"/cases/{case_of(case)}")


@get("/cases/{case:str}/rate", **may("signed-in", acting="whole"), include_in_schema=False)
async def ask_rating(request: AnyRequest, case: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """好差评: how was it?"""
    seen = await following.show(work, case_of(case))
    if not seen.can_rate:
        raise AlreadyRated() if seen.rating else NotRatedNow()
    return page(request, "cases/rate.html", **rating_words(work.locale), row=case_row(work, seen.case), errors=[], typed={})


@post("/cases/{case:str}/rate", **may("signed-in", acting="whole"), include_in_schema=False)
async def rate(request: AnyRequest, case: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Once a case."""
    sent, known = texts(await request.form()), rating_words(work.locale)
    stars, words = (sent.get("stars") or [""])[0], (sent.get("words") or [""])[0]
    tags = [t for t in sent.get("tags", []) if t in {o["value"] for o in known["tags"]}]
    errors: list[dict[str, str]] = []
    if stars not in ("1", "2", "3", "4", "5"):
        errors.append({"pointer": "/stars", "detail": say(work.locale, "请选择一项")})
    if len(words) > 500 or text.fault(words, lines=True):
        errors.append({"pointer": "/words", "detail": say(work.locale, "最多写 {n} 个字，不能有看不见的符号", n=500)})
    if errors:
        row = case_row(work, await following.one(work, case_of(case)))
        typed = {"stars": stars, "tags": tags, "words": text.printable(words)}
        return page(request, "cases/rate.html", 422, **known, row=row, errors=errors, typed=typed)
    await following.rate(work, case_of(case), int(stars), tags, text.fold(words))
    return see_other(f"/cases/{case_of(case)}")


@get("/status", **may(public=True), include_in_schema=False)
async def status(request: AnyRequest, begin: NamedDependency[Begin], number: FromQuery[str] = "") -> Response[Any]:
    """Stage and date of a case, for whoever has its number; nothing else."""
    locale, typed = request.scope["state"]["locale"], text.printable(number)[:60]
    if not number:
        return page(request, "cases/status.html", stage=None, typed="", errors=[])
    try:
        stage = await following.stage_of(begin, number)
    except WrongNumber as bad:
        return page(request, "cases/status.html", 422, stage=None, typed=typed, errors=bad.errors)
    except NoSuchCase:
        errors = [{"pointer": "/number", "detail": say(locale, "没有这个编号的办件，请对照回执核对")}]
        return page(request, "cases/status.html", 404, stage=None, typed=typed, errors=errors)
    except TooMany as bad:
        errors = [{"pointer": "/number", "detail": say(locale, "查得太频繁了，请过一会儿再试")}]
        answer = page(request, "cases/status.html", 429, stage=None, typed=typed, errors=errors)
        answer.headers["Retry-After"] = str(bad.extra.get("retry_after", 60))
        return answer
    return page(request, "cases/status.html", stage=stage, words=status_words(locale, stage.status, stage.outcome), typed=typed, errors=[])


handlers = [mine, show, asked, supplement, ask_withdraw, withdraw, ask_rating, rate, status]
