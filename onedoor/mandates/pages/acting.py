"""正在替谁办 Turning this device to somebody, and back with one tap."""

import re
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from onedoor.kernel.work import Work
from onedoor.mandates.models import Act, Side
from onedoor.mandates.service import agreeing, standing
from onedoor.ui.edge import AnyRequest, may, page, safe_path, see_other

from . import _view


@get("/me/acting", **may("signed-in", acting="self"), include_in_schema=False)
async def acting(request: AnyRequest, done: FromQuery[str] = "") -> Response[Any]:
    """For whom, in what, and what is allowed; or whom I could turn to. `done` is the number of a case just handed in."""
    now = request.scope["state"]["standing"]
    async with _view.inside(request) as work:
        held = await agreeing.held(work)
        made = next((one for one in held if now is not None and one.id == now.mandate), None)
        rows = [_view.row(work, one, Side.AGENT) for one in held if one.holds(work.today)]
        facts = await _view.facts(work, made, Side.AGENT) if made is not None else []
        codes = (made.items or (agreeing.offered(firm=made.firm) if made.whole else [])) if made is not None else []
        items = [{"href": f"/apply/{code}", "label": _view.item_words(work.locale, code)} for code in codes]
    acts = {str(act) for act in (Act if made is not None and made.whole else made.acts if made is not None else ())}
    return page(
        request, "mandates/acting.html", cards=made is not None and made.papers, now=now,
        over=now is not None and now.actor is None, made=made, rows=rows, facts=facts,
        items=items if {"fill", "submit"} & acts else [], sees="see_status" in acts, fills="fill" in acts,
        done=done if re.fullmatch(r"[A-Z0-9]{6,24}", done) else "",
    )  # fmt: skip


@post("/me/acting/{mandate:str}", **may("signed-in", acting="self"), include_in_schema=False)
async def turn(request: AnyRequest, mandate: FromPath[str]) -> Response[Any]:
    """From now on this device acts for whoever gave it."""
    async with _view.inside(request) as work:
        await standing.turn_to(work, _view.mandate_of(mandate))
    return see_other(safe_path(str((await request.form()).get("next", "")), "/me/acting"))


@post("/me/acting", **may("signed-in", acting="self"), include_in_schema=False)
async def back(request: AnyRequest, work: NamedDependency[Work]) -> Response[Any]:
    """Be oneself again."""
    await standing.turn_back(work)
    return see_other(safe_path(str((await request.form()).get("next", "")), "/me/mandates"))


handlers = [acting, turn, back]
