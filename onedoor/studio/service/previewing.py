"""A draft as residents will see it: its guide and every page of its form."""

from typing import Any

from msgspec import Struct

from onedoor.cases.service import checking, preview
from onedoor.catalog import service as catalog
from onedoor.catalog.service.previewing import GUIDE
from onedoor.kernel.i18n import pick, say
from onedoor.kernel.work import Work
from onedoor.studio.bundle import shape
from onedoor.studio.bundle.checks import clean
from onedoor.studio.models import Draft, DraftId

from .drafts import opened

LOOKS = ("phone", "care", "english", "spoken")
FIRST = "guide"


class Screen(Struct, frozen=True):
    """One page of the draft."""

    id: str
    title: str
    always: bool
    template: str
    data: dict[str, Any]


class Preview(Struct, frozen=True):
    """All of them; `broken` says what must be mended before there is anything to see."""

    draft: Draft
    screens: list[Screen]
    broken: list[str]


async def shown(work: Work, draft_id: DraftId, locale: str, look: str) -> Preview:
    """Every page in one language."""
    draft = await opened(work, draft_id)
    bundle, base = clean(draft.bundle), f"/studio/drafts/{draft.id}/preview"
    told = shape.faults(bundle)
    if not told and "form" in bundle:
        told = checking.form_mistakes(draft.item, bundle["form"])
    if told:
        return Preview(draft, [], [say(work.locale, "{place}：{what}", place=place or "·", what=what) for place, what in told[:20]])
    guide = catalog.guide_view(locale, shape.item_of(bundle))
    found = [Screen(FIRST, say(work.locale, "办事指南"), True, GUIDE, guide)]
    if "form" in bundle:
        title = pick(locale, bundle["name"])
        asked = preview.screens(locale, draft.item, title, bundle["form"], base, look)
        found += [Screen(s.id, s.title, s.always, s.template, s.data) for s in asked]
    return Preview(draft, found, [])
