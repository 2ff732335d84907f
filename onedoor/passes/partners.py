"""What other houses' systems say and hear over the seven calls that are aligned with GB/T 38963: fields by their names in GB/T 38961."""

from typing import Annotated, Any

import msgspec

from onedoor.kernel.i18n import Text, text

from .gates import Way

Scheme = Annotated[str, msgspec.Meta(pattern="^[a-z0-9][a-z0-9-]{0,30}$")]
Value = str | int | list[str]
Place = Annotated[str, msgspec.Meta(pattern="^[0-9]{4,12}$")]
CODES = 50

DONE = "0"
RETURN_CODES: dict[str, tuple[str, Text]] = {
    "done": (DONE, text("成功")),
    "invalid": ("1001", text("有一项没有填或不对，errors 写明是哪一项")),
    "bad-declaration": ("1002", text("申报内容不对，errors 写明是哪一题")),
    "key-reused": ("1003", text("这个幂等键已用于另一个请求")),
    "not-given": ("2001", text("居民没有同意，或已收回同意")),
    "gate-not-proven": ("2002", text("闸机的编号或密钥不对")),
    "gate-revoked": ("2003", text("闸机已停用")),
    "too-many": ("2004", text("太频繁，Retry-After 写明等几秒")),
    "no-such-scheme": ("3001", text("没有这个方案")),
    "scheme-not-in-force": ("3002", text("方案现在不生效")),
    "not-declared": ("3003", text("还没有申报")),
    "no-such-declaration": ("3004", text("没有可以更正的申报")),
    "slot-taken": ("3005", text("这个时段已签给另一条链")),
    "no-such-gate": ("3006", text("没有这个闸机")),
    "ok": (DONE, text("真码，颜色见 colour")),
    "paper": ("4001", text("纸质码，请核对照片或身份证")),
    "format": ("4002", text("不是通行码")),
    "unknown_issuer": ("4003", text("认不出是哪里发的，或方案已结束")),
    "forged": ("4004", text("不是真码")),
    "stale": ("4005", text("码过时了")),
    "future": ("4006", text("时间对不上")),
    "no_list": ("4007", text("没有这个人的名单")),
    "list_old": ("4008", text("名单旧了")),
    "replayed": ("4009", text("这个码刚验过")),
    "unavailable": ("5001", text("暂时办不了，请稍后再试")),
}
"""返回码表: by the problem that a call ends with, or by what a check finds. The numbers are this house's own."""
OTHERWISE = ("5000", text("没有办成，title 和 detail 写明原因"))


class Declaring(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """健康申报. `fields` by the name of GB/T 38961 (体温, 当前症状 …) or the question's id; values in the scheme's codes or words."""

    scheme: Scheme
    fields: dict[str, Value]
    division: Place


class Travelling(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """行程申报: where the person was (旅居史), everything else as declared last."""

    scheme: Scheme
    places: Annotated[list[Place], msgspec.Meta(max_length=30)]
    division: Place | None = None


class Correcting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """纠错: what should have been declared, and why it was not."""

    scheme: Scheme
    fields: dict[str, Value]
    division: Place
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=400)]


class Asking(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """查询 and 制码: of which scheme."""

    scheme: Scheme


class Applying(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """申领: anchors of hash chains that the person's device has made, as `POST /passes/slots` takes them."""

    scheme: Scheme
    device: Annotated[str, msgspec.Meta(max_length=40)]
    first_t0: int
    anchors: Annotated[list[str], msgspec.Meta(max_length=24)]


class Verifying(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """验码 at a turnstile, which proves itself by its secret; texts of codes as a scanner reads them."""

    gate: Annotated[str, msgspec.Meta(max_length=60)]
    secret: Annotated[str, msgspec.Meta(max_length=100)]
    codes: Annotated[list[Annotated[str, msgspec.Meta(max_length=2000)]], msgspec.Meta(min_length=1, max_length=CODES)]
    direction: Way = Way.IN


class Answer(msgspec.Struct, frozen=True):
    """Return code, its words in both languages, and what was asked for."""

    code: str
    message: Text
    data: dict[str, Any]


def said(name: str, data: dict[str, Any]) -> Answer:
    """The answer under a name of the table."""
    code, message = RETURN_CODES.get(name, OTHERWISE)
    return Answer(code, message, data)
