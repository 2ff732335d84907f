"""文章, what departments explain, as pages. Reading asks the database nothing."""

from typing import Any

from litestar import Response, get
from litestar.params import FromPath, FromQuery

from onedoor.catalog import service, views
from onedoor.catalog.models import Kind, Origin
from onedoor.ui.edge import AnyRequest, may, page

from .hall import fragments

PAGE = 20


@get("/articles", **may(public=True), include_in_schema=False)
async def articles(request: AnyRequest, n: FromQuery[int] = 1) -> Response[str]:
    """All of them, the latest first."""
    known = service.articles()
    number = views.page_number(len(known), n, PAGE)

    def data(locale: str) -> dict[str, Any]:
        return {
            "articles": known[(number - 1) * PAGE : number * PAGE], "crumbs": views.crumbs(locale, None),
            "previous": f"/articles?n={number - 1}" if number > 1 else None,
            "next": f"/articles?n={number + 1}" if number * PAGE < len(known) else None,
        }  # fmt: skip

    return page(request, "catalog/articles.html", body=fragments.get(request, "articles", (number,), data))


@get("/articles/{code:str}", **may(public=True), include_in_schema=False)
async def article(request: AnyRequest, code: FromPath[str]) -> Response[str]:
    """One, and the services it is about, which lead back here."""
    found, there = service.article(code), Origin(Kind.ARTICLE, code)
    items = [item for item in map(service.find_item, found.items) if item]

    def data(locale: str) -> dict[str, Any]:
        by = service.provider(found.department)
        return {"article": found, "by": by, "lines": views.lines(items, there), "crumbs": views.crumbs(locale, Kind.ARTICLE)}

    return page(request, "catalog/article.html", title=found.title, body=fragments.get(request, "article", (code,), data))


handlers = [articles, article]
