"""What comes out: the papers that are asked for, and the certificate that a grant issues."""

import copy
from typing import Any

from onedoor.kernel.i18n import pick, say
from onedoor.studio.models import Bundle

from . import questions, whens
from .boxes import Box, Typed, Wrong, both, box_fault, look, write
from .boxes import read as read_boxes
from .parts import Part, Scene, entry_of, plain, with_entry, yes_no

PAPERS = ("form", "documents")


def _paper_boxes(scene: Scene) -> list[Box]:
    lc = scene.locale
    rule = entry_of(scene.bundle, PAPERS, scene.place).get("when")
    return [
        *both(lc, "name", say(lc, "请申请人上传什么"), 80), *both(lc, "hint", say(lc, "怎么拍、要哪几页"), 300, required=False),
        Box("required", say(lc, "必须上传吗"), ("required",), "radios", "truth", options=yes_no(lc)),
        Box("owable", say(lc, "现在没有，能不能以后补交"), ("owable",), "radios", required=False,
            options=(("", say(lc, "不能")), ("decision", say(lc, "能，审批前补齐")), ("delivery", say(lc, "能，发证前补齐"))),
            hint=say(lc, "只用于必须上传的材料"), group=say(lc, "没有这份材料时")),
        Box("promisable", say(lc, "能不能用承诺代替"), ("promisable",), "radios", "switch", options=yes_no(lc), required=False,
            hint=say(lc, "30 天后核查；不属实的撤销结果"), group=say(lc, "没有这份材料时")),
        Box("max", say(lc, "最多几个文件"), ("max",), "number", "whole", low=1, high=30, required=False),
        *whens.boxes(lc, scene.bundle, questions.names(scene.bundle), rule),
    ]


def _paper_read(scene: Scene) -> Typed:
    entry = entry_of(scene.bundle, PAPERS, scene.place)
    boxes = _paper_boxes(scene)
    return read_boxes(boxes, entry) | whens.read(entry.get("when"), boxes)


def _paper_write(scene: Scene, typed: Typed) -> Bundle:
    entry = entry_of(scene.bundle, PAPERS, scene.place)
    made = write(_paper_boxes(scene), entry, typed, scene.locale)
    made.setdefault("code", _fresh_code(scene.bundle))
    rule = whens.meant(typed, made.pop("when", None))
    if rule:
        made["when"] = rule
    return with_entry(scene.bundle, PAPERS, scene.place, made)


def _fresh_code(bundle: Bundle) -> str:
    taken = {d.get("code") for d in look(bundle, PAPERS) or ()}
    return next(f"paper-{n}" for n in range(1, 100) if f"paper-{n}" not in taken)


def _certificate_boxes(scene: Scene) -> list[Box]:
    lc, world = scene.locale, scene.world
    department = scene.bundle.get("department")
    own = {code: one.name for code, one in world.certificates.items() if one.issuer == department}
    chosen = world.certificates.get(str(look(scene.bundle, ("process", "cert_type"))))
    sources = tuple((f"/{n}", say(lc, "回答：{question}", question=questions.label(lc, scene.bundle, n))) for n in
                    questions.names(scene.bundle))  # fmt: skip
    sources += tuple((f"@{code}", say(lc, "登记库：{what}", what=words)) for code, words in questions.elements(lc))
    claims = [
        Box(f"claim-{name}", say(lc, "证上的“{field}”填什么", field=pick(lc, label)), ("process", "claims", name), "select",
            options=sources, required=False)
        for name, label in (chosen.claims.items() if chosen else ())
    ]  # fmt: skip
    return [
        Box("cert_type", say(lc, "批准后发什么证"), ("process", "cert_type"), "select", options=scene.options(own), required=False,
            hint=say(lc, "不选就不发证。选好保存后，再填证上的内容") if own else say(lc, "本部门还没有可以发的证照类型")),
        Box("valid_days", say(lc, "有效多少天"), ("process", "valid_days"), "number", "whole", high=36600, required=False,
            hint=say(lc, "不填就按证照类型的规定")), *claims,
    ]  # fmt: skip


def _certificate_write(scene: Scene, typed: Typed) -> Bundle:
    """Another kind of certificate has other fields; the old ones go."""
    boxes = _certificate_boxes(scene)
    if errors := [(b.name, bad) for b in boxes if (bad := box_fault(scene.locale, b, typed.get(b.name, "")))]:
        raise Wrong(errors)
    before: Any = look(scene.bundle, ("process", "cert_type"))
    made = write(boxes, scene.bundle, typed, scene.locale)
    process: dict[str, Any] = made.get("process", {})
    if process.get("cert_type") != before or not process.get("claims"):
        process.pop("claims", None)
    return made


PAPER = Part("papers", _paper_boxes, _paper_read, _paper_write, many=True, online=True)
_plain = plain("certificate", _certificate_boxes, online=True)
CERTIFICATE = Part("certificate", _certificate_boxes, _plain.read, _certificate_write, online=True)


def renamed_claims(bundle: Bundle, old: str, name: str) -> Bundle:
    """The certificate's fields follow a question to its new name."""
    claims = look(bundle, ("process", "claims")) or {}
    if f"/{old}" not in claims.values():
        return bundle
    made = copy.deepcopy(bundle)
    made["process"]["claims"] = {k: f"/{name}" if v == f"/{old}" else v for k, v in claims.items()}
    return made
