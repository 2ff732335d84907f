"""Rules and plain words of orgs: what staff looked at, who may register an organisation, what may be typed."""

import re
from collections.abc import Callable, Mapping

from onedoor.identity.errors import NeedsRealName
from onedoor.identity.models import Assurance
from onedoor.kernel.i18n import Text, pick, say, text
from onedoor.kernel.text import USCC_LETTERS, Unclean, clean, fold, phone, uscc_fault
from onedoor.kernel.work import Actor

from .models import Role
from .registered import BEGINS, Kind, State, Stated


def words(locale: str) -> dict[str, str]:
    """Names of elements and parts of a case, as a person would say them."""
    return {
        "sign-in": say(locale, "登录"),
        "person.masked_name": say(locale, "隐去中间字的姓名"),
        "person.name": say(locale, "姓名"),
        "person.id_number": say(locale, "身份证号"),
        "person.sex": say(locale, "性别"),
        "person.birth_on": say(locale, "出生日期"),
        "person.age": say(locale, "年龄"),
        "person.phone": say(locale, "手机号"),
        "person.address": say(locale, "现住址"),
        "person.household_address": say(locale, "户籍地址"),
        "person.district": say(locale, "所在区域"),
        "person.nation": say(locale, "民族"),
        "answers": say(locale, "申请里填写的内容"),
        "attachments": say(locale, "上传的材料"),
        "documents": say(locale, "上传的材料"),
        "certificate": say(locale, "证照"),
        "certificates": say(locale, "证照"),
        "case": say(locale, "办件"),
        "notes": say(locale, "办理备注"),
        "timeline": say(locale, "办理经过"),
        "registration": say(locale, "机构入驻申请"),
        "proofs": say(locale, "机构的证明材料"),
        "pass": say(locale, "通行码"),
        "passes.family": say(locale, "家人代办关系"),
        "passes.answers": say(locale, "通行申报的内容"),
        "passes.evidence": say(locale, "通行申诉的证明"),
        "itinerary": say(locale, "行程"),
        "question": say(locale, "对访问记录的提问"),
        "access": say(locale, "访问记录"),
        "objection": say(locale, "公示异议"),
        "consents": say(locale, "取数授权"),
    }


def plain(locale: str, fields: list[str], title: Callable[[str], Text | None]) -> str:
    """All that was looked at in one sentence part, each thing once; `title` knows what facts of registers are called."""
    known = words(locale)
    said = dict.fromkeys(known.get(f) or pick(locale, title(f)) or known.get(f.split(".")[0]) or f for f in fields)
    return say(locale, "、").join(said)


def may_register(actor: Actor) -> None:
    """Whoever speaks for an organisation has proven their own name first."""
    if actor.assurance < Assurance.REAL_NAME:
        raise NeedsRealName(step_up="/identity/real-name?next=/orgs/register")


def stated(locale: str, given: Mapping[str, str]) -> tuple[Stated | None, list[dict[str, str]]]:
    """What was typed as it is stored, or every fault at once."""
    errors: list[dict[str, str]] = []
    values: dict[str, str] = {}
    for field, most, missing in (
        ("name", 100, say(locale, "请填写机构的全称，和证照上一样")), ("legal_name", 60, say(locale, "请填写法定代表人或负责人的姓名")),
        ("contact_name", 60, say(locale, "请填写联系人的姓名")),
    ):  # fmt: skip
        try:
            values[field] = " ".join(clean(given.get(field, ""), most).split())
        except Unclean:
            errors.append({"pointer": f"/{field}", "detail": say(locale, "最多写 {n} 个字，不能有看不见的符号", n=most)})
            continue
        if len(values[field]) < (1 if field != "name" else 2):
            errors.append({"pointer": f"/{field}", "detail": missing})
    code = uscc(given.get("uscc", ""))
    if bad := uscc_words(locale, code):
        errors.append({"pointer": "/uscc", "detail": bad})
    tel = contact_phone(given.get("contact_phone", ""))
    if tel is None:
        errors.append({"pointer": "/contact_phone", "detail": say(locale, "请填写手机号，或带区号的座机号，比如 0990-8620011")})
    kind, wrong = _kind(locale, given.get("kind", ""), "" if bad else code)
    if wrong:
        errors.append({"pointer": "/kind", "detail": wrong})
    order = ("/uscc", "/name", "/kind", "/legal_name", "/contact_name", "/contact_phone")
    if errors or tel is None or kind is None:
        return None, sorted(errors, key=lambda error: order.index(error["pointer"]))
    return Stated(code, values["name"], kind, values["legal_name"], values["contact_name"], tel), []


def uscc(value: str) -> str:
    """A code as it is stored: width folded, without blanks and dashes, capitals."""
    return re.sub(r"[\s\-]", "", fold(value[:200])).upper()


def contact_phone(value: str) -> str | None:
    """A mobile number, or one with its area; None when it is neither."""
    mobile = phone(value) if len(value) <= 40 else None
    line = re.sub(r"\s", "", fold(value))
    return mobile or (line if re.fullmatch(r"0\d{2,3}-?\d{7,8}(-\d{1,6})?", line) else None)


def uscc_words(locale: str, code: str) -> str | None:
    """Which part of the code is wrong, in words that say where to look; None when it is well."""
    fault = uscc_fault(code)
    if fault is None:
        return None
    if fault == "letter":
        place = next(n for n, c in enumerate(code, 1) if c not in USCC_LETTERS)
        return say(locale, "第 {n} 位是“{c}”。代码里没有字母 I、O、S、V、Z，看看是不是数字 1、0、5、2", n=place, c=code[place - 1])
    words = {
        "length": say(locale, "统一社会信用代码是 18 位，您填了 {n} 位", n=len(code)) if code else say(locale, "请填写统一社会信用代码"),
        "shape": say(locale, "第 3 至 8 位是登记地的区划码，应当都是数字"),
        "organisation": say(locale, "第 9 至 17 位（主体标识码）对不上，请逐位核对"),
        "check": say(locale, "最后一位和前 17 位对不上，请逐位核对"),
    }
    return words[fault]


def _kind(locale: str, given: str, code: str) -> tuple[Kind | None, str]:
    try:
        kind = Kind(given)
    except ValueError:
        return None, say(locale, "请选择机构类型")
    real = BEGINS.get(code[:2])
    if real is not None and kind is not real:
        words = say(locale, "代码开头的 {two} 是“{kind}”，和选的不一样；请核对代码或类型", two=code[:2], kind=kind_words(locale, real))
        return None, words
    return kind, ""


def kind_words(locale: str, kind: Kind) -> str:
    """What a kind of organisation is called."""
    return {
        Kind.GOVERNMENT: say(locale, "机关"), Kind.INSTITUTION: say(locale, "事业单位"), Kind.ENTERPRISE: say(locale, "企业"),
        Kind.INDIVIDUAL: say(locale, "个体工商户"), Kind.SOCIAL: say(locale, "社会组织"), Kind.OTHER: say(locale, "其他"),
    }[kind]  # fmt: skip


def role_text(role: Role) -> Text:
    """What a role is called."""
    return {Role.ADMIN: text("管理员"), Role.EDITOR: text("编辑员"), Role.CLERK: text("办件员"), Role.VIEWER: text("只看")}[role]


def state_words(locale: str, state: State) -> str:
    """Where a registration stands, in plain words."""
    return {
        State.SUBMITTED: say(locale, "等待审核"), State.ASKED: say(locale, "请补充"), State.ACCEPTED: say(locale, "已通过"),
        State.DECLINED: say(locale, "没有通过"), State.WITHDRAWN: say(locale, "已撤回"),
    }[state]  # fmt: skip


def taken(locale: str) -> str:
    """What to do when somebody has the code already."""
    return say(locale, "这个代码已经登记，或者有人正在申请。请找本单位的管理员邀请您；不是本单位申请的，请拨打服务热线。")
