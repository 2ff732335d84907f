"""谁来申请: people, organisations, or both. The two questions that say who it is, which a register answers, follow the choice."""

import copy
from typing import Any

from msgspec import Struct

from onedoor.cases.models import Applicant
from onedoor.kernel.i18n import say
from onedoor.studio.models import Bundle

from .boxes import Box, Typed, look, read, write
from .parts import Part, Scene, process_boxes


class Asked(Struct, frozen=True):
    """One of the two questions: its fact, its shape and its words."""

    element: str
    shape: dict[str, Any]
    kind: str
    label: dict[str, str]


PERSON = (
    Asked("person.name", {"$ref": "od:name"}, "text", {"zh": "姓名", "en": "Name"}),
    Asked("person.id_number", {"$ref": "od:citizen-id"}, "id-number", {"zh": "身份证号", "en": "ID number"}),
)
FIRM = (
    Asked("firm.name", {"type": "string", "minLength": 2, "maxLength": 100}, "text", {"zh": "单位名称", "en": "Name of the organisation"}),
    Asked("firm.uscc", {"type": "string", "minLength": 18, "maxLength": 18}, "text",
          {"zh": "统一社会信用代码", "en": "Unified credit code"}),
)  # fmt: skip
TITLES = ({"zh": "您的身份信息", "en": "About you"}, {"zh": "单位的信息", "en": "About the organisation"})


def _boxes(scene: Scene) -> list[Box]:
    lc = scene.locale
    who = ((Applicant.PERSON, say(lc, "个人")), (Applicant.FIRM, say(lc, "企业和单位")), (Applicant.BOTH, say(lc, "都可以")))
    hint = say(lc, "单位由法定代表人或者被授权的员工来办，结果归单位")
    return [Box("applicant", say(lc, "谁来申请"), ("process", "applicant"), "radios", options=who, hint=hint, required=False),
            *process_boxes(scene)]  # fmt: skip


def _write(scene: Scene, typed: Typed) -> Bundle:
    made = write(_boxes(scene), scene.bundle, typed, scene.locale)
    return following(made, firm=look(made, ("process", "applicant")) == Applicant.FIRM)


def following(bundle: Bundle, *, firm: bool) -> Bundle:
    """With the questions of whoever applies; those that an editor has bound otherwise stay as they are."""
    made, before, after = copy.deepcopy(bundle), PERSON if firm else FIRM, FIRM if firm else PERSON
    form = made["form"]
    bindings: dict[str, Any] = form.get("bindings") or {}
    for old, new in zip(before, after, strict=True):
        for pointer in [p for p, element in bindings.items() if element == old.element]:
            name, bindings[pointer] = pointer[1:], new.element
            form["schema"]["properties"][name] = dict(new.shape)
            field = form["fields"][name]
            label = dict(new.label) if field.get("label") == old.label else field["label"]
            form["fields"][name] = {**field, "as": new.kind, "label": label}
    for page in form.get("pages") or ():
        if page.get("title") == TITLES[not firm]:
            page["title"] = dict(TITLES[firm])
    return made


PROCESS = Part("process", _boxes, lambda scene: read(_boxes(scene), scene.bundle), _write, online=True)
