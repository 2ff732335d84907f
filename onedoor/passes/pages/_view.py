"""What several pages of passes show."""

from typing import Any

from onedoor.kernel.i18n import pick
from onedoor.kernel.work import Work
from onedoor.orgs import service as orgs
from onedoor.passes import policy
from onedoor.passes.models import Colour


def colour(locale: str, one: Colour) -> dict[str, str]:
    """A colour in words and a shape; the colour itself only adds to them."""
    return {
        "code": str(one), "words": policy.colour_words(locale, one), "shape": policy.SHAPE[one], "meaning": policy.meaning(locale, one),
    }  # fmt: skip


def homes(work: Work) -> list[dict[str, str]]:
    """Where somebody may say that they live: streets and grids, each under its district."""
    known = orgs.districts()
    names = {one.code: pick(work.locale, one.name) for one in known}
    return [
        {"value": one.code, "label": " ".join(names[part] for part in one.path.split(".")[1:])}
        for one in known if one.level != "city"
    ]  # fmt: skip


def place(locale: str, code: str) -> str:
    """What a part of the city is called; its code when it is no longer known."""
    found = {one.code: one for one in orgs.districts()}.get(code)
    return pick(locale, found.name) if found else code


def context(**more: Any) -> dict[str, Any]:
    return {"tab": "home", **more}
