"""The documentation of each problem type, at the address that is its type."""

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from onedoor.kernel import problems
from onedoor.kernel.i18n import translate
from onedoor.ui.edge import AnyRequest, may, page

from . import rooms


def known_problems() -> dict[str, type[problems.Problem]]:
    """Every problem type by its slug."""
    for room in rooms.ROOMS:
        rooms.part(room, "errors")
    found: dict[str, type[problems.Problem]] = {}
    waiting = [problems.Problem]
    while waiting:
        kind = waiting.pop()
        found[kind.slug()] = kind
        waiting += kind.__subclasses__()
    return found


@get("/problems/{slug:str}", **may(public=True), include_in_schema=False)
async def problem(request: AnyRequest, slug: FromPath[str]) -> Response[str]:
    """The documentation of one problem type."""
    kind = known_problems().get(slug)
    if kind is None:
        raise NotFoundException
    locale = request.scope["state"]["locale"]
    words, doc = translate(locale, kind.title), (kind.__doc__ or "").strip()
    return page(request, "web/problem_help.html", slug=slug, kind=kind, words=words, doc=doc)


handlers = [problem]
