"""秒批 What a service grants by itself: each condition with the sentence that says it, over what registers hold."""

import copy

from msgspec.structs import replace

from onedoor.cases.service import checking
from onedoor.kernel.i18n import say
from onedoor.studio.models import Bundle

from . import questions, whens
from .boxes import Box, both
from .parts import Scene, entry_of

CONDITIONS = ("process", "instant", "conditions")


def _boxes(scene: Scene) -> list[Box]:
    lc = scene.locale
    told = set(checking.held_questions(whens.table(scene.bundle.get("form"))))
    names = [name for name in questions.names(scene.bundle) if name in told]
    rule = entry_of(scene.bundle, CONDITIONS, scene.place).get("when")
    first, *rest = whens.boxes(lc, scene.bundle, names, rule)
    hint = say(lc, "只能看登记里查到的；有一项没有查到，就由工作人员办")
    words = both(lc, "words", say(lc, "这个条件怎么说"), 120, hint=say(lc, "申请人会看到，例如：年满 60 周岁"))
    return [*words, replace(first, label=say(lc, "要符合什么"), hint=hint, required=True, group=""), *(replace(b, group="") for b in rest)]


def without_rest(bundle: Bundle) -> Bundle:
    """A rule without a condition is none: nothing is granted by itself."""
    process = whens.table(bundle.get("process"))
    if "instant" not in process or process["instant"].get("conditions"):
        return bundle
    made = copy.deepcopy(bundle)
    made["process"].pop("instant")
    return made


GRANTING = whens.ruled("instant", CONDITIONS, _boxes)
