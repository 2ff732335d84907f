"""Uploading a paper and looking at it again. Works as a plain multipart form."""
from typing import Any
from urllib.parse import quote

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from onedoor.cases.errors import FileRefused, FileTooLarge, TooManyFiles
from onedoor.cases.models import Attachment
from onedoor.cases.ports import Vault
from onedoor.cases.service import attachments, drafts
from onedoor.cases.service.attachments import Upload
from onedoor.kernel.i18n import say
from onedoor.kernel.ports import Ports
from onedoor.kernel.problems import Problem
from onedoor.kernel.work import Begin
from onedoor.ui.edge import AnyRequest, may, page, see_other

from ._drafting import onward, paper_view
from ._view import draft_of, file_of, posted, texts, uploads

MOST_POSTED = 66_000_000
"""Three files of the largest size and the words around them; more is refused before it is read."""


@post("/drafts/{draft:str}/{ask:str}/upload", **may("signed-in", acting="fill"), include_in_schema=False, request_max_body_size=MOST_POSTED)
async def upload(
    request: AnyRequest, draft: FromPath[str], ask: FromPath[str], begin: NamedDependency[Begin], ports: NamedDependency[Ports]
) -> Response[Any]:
    """Keep the files, take one away, or go on; a refused file says why and the others stay."""
    sent, too_large = await posted(request)
    words = texts(sent)
    to = (words.get("to") or [""])[0]
    async with begin() as work:
        paper = (await drafts.opened(work, draft_of(draft))).paper(ask)
        if paper is not None and (gone := words.get("remove")):
            await attachments.remove(work, draft_of(draft), file_of(gone[0]))
    if paper is None:
        return see_other(f"/drafts/{draft}")
    given = uploads(sent, paper.page)
    bad = await keep_all(begin, ports, given, Upload("", b"", paper.code, draft_of(draft)), paper.max, paper.page)
    async with begin() as work:
        desk = await drafts.opened(work, draft_of(draft))
        bad += [{"pointer": f"/{paper.page}", "detail": say(work.locale, "文件太大了，每个文件最多 20 MB")}] if too_large else []
        have = any(f.document == paper.code for f in desk.files)
        stay = "act" in words or "remove" in words
        if not stay and not bad and paper.required and not have and not drafts.made_good(paper, desk.draft.later):
            bad = [{"pointer": f"/{paper.page}", "detail": say(work.locale, "请选择要上传的文件")}]
        if bad:
            return page(request, "cases/paper.html", 422, **paper_view(work, desk, paper.code, to), errors=bad)
        here = f"/drafts/{desk.draft.id}/{paper.page}" + ("?to=check" if to == "check" else "")
        return see_other(here if stay else onward(work, desk, paper.page, to))


async def keep_all(begin: Begin, ports: Ports, given: list[Any], like: Upload, most: int, pointer: str) -> list[dict[str, str]]:
    """Keep each file; the reasons for those that were refused, at `pointer`."""
    bad: list[dict[str, str]] = []
    for one in given[:10]:
        upload = Upload(one.filename, await one.read(), like.document, like.draft, like.case)
        try:
            await attachments.keep(begin, ports.get(Vault), upload, most)
        except (FileRefused, FileTooLarge, TooManyFiles) as refused:
            bad.append({"pointer": f"/{pointer}", "detail": told(refused)})
    return bad


def told(refused: Problem) -> str:
    """Why a file was refused, in a sentence."""
    errors = refused.extra.get("errors")
    return errors[0]["detail"] if isinstance(errors, list) and errors else refused.detail


@get("/drafts/{draft:str}/{ask:str}/upload", **may("signed-in", acting="fill"), include_in_schema=False)
async def back(draft: FromPath[str], ask: FromPath[str]) -> Response[Any]:
    """A reload after an upload."""
    return see_other(f"/drafts/{draft_of(draft)}/{quote(ask, safe='')}")


@get("/files/{file:str}", **may("signed-in", acting="see_status fill supplement"), include_in_schema=False)
async def show(file: FromPath[str], begin: NamedDependency[Begin], ports: NamedDependency[Ports]) -> Response[bytes]:
    """One of my own files."""
    async with begin() as work:
        found = await attachments.mine(work, file_of(file))
    return as_download(found, await attachments.content(ports, found))


def as_download(file: Attachment, content: bytes) -> Response[bytes]:
    """To be saved, not to be opened in this site's name: own policy, sandboxed, never sniffed."""
    return Response(
        content, media_type=file.kind,
        headers={
            "content-disposition": f"attachment; filename*=UTF-8''{quote(file.name, safe='')}",
            "content-security-policy": "default-src 'none'; sandbox", "cache-control": "private, no-store",
        },
    )  # fmt: skip


handlers = [upload, back, show]
