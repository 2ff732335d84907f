"""特别程序 For what the clock of a case may stand still, how long at most, and of which cases; the days of a public notice among them."""

from onedoor.cases.models import MOST_SPECIAL_DAYS, Kind
from onedoor.cases.service import announcing
from onedoor.kernel.i18n import pick, say

from . import questions, whens
from .boxes import Box
from .parts import Scene, entries, entry_of

SPECIALS = ("process", "specials")


def kinds(locale: str) -> dict[str, str]:
    """Each kind by its name."""
    return {str(kind): pick(locale, announcing.kind_of(kind)) for kind in Kind}


def _boxes(scene: Scene) -> list[Box]:
    lc = scene.locale
    own = entry_of(scene.bundle, SPECIALS, scene.place)
    rule, taken = own.get("when"), {one.get("kind") for one in entries(scene.bundle, SPECIALS)} - {own.get("kind")}
    left = tuple((code, words) for code, words in kinds(lc).items() if code not in taken)
    return [
        Box("kind", say(lc, "哪一种程序"), ("kind",), "select", options=left,
            hint=say(lc, "每种只写一次。公示会上网，谁都可以提异议；未满 18 岁的人不会公示")),
        Box("max_days", say(lc, "最多几个工作日"), ("max_days",), "number", "whole", low=1, high=MOST_SPECIAL_DAYS,
            hint=say(lc, "这些日子不算在办理时间里；公示就是公示的日子")),
        *whens.boxes(lc, scene.bundle, questions.names(scene.bundle), rule),
    ]


SPECIAL = whens.ruled("specials", SPECIALS, _boxes)
