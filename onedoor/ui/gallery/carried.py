"""States of certificates and codes: what a person carries and shows."""

import functools

import segno
from markupsafe import Markup

from .states import Say, State, entry, use


@functools.cache
def code(words: str) -> Markup:
    """A code with its margin of 4 modules, as the pages show it."""
    return Markup(segno.make(words, error="m", micro=False).svg_inline(border=4, omitsize=True))  # noqa: S704 - drawn here, from our own words


def documents(t: Say) -> State:
    card = {
        "name": t("居民身份证", "Identity card"),
        "holder": t("林*晓", "Lin *"),
        "number": t("尾号 0021", "ends 0021"),
        "spoken": t("尾号 0 0 2 1", "ending 0 0 2 1"),
        "action": t("亮证", "Present"),
        "href": "/wallet/1",
    }
    return entry(
        "document",
        t("一张可以马上出示，其余轻点可见。", "One ready to present, the others one tap away."),
        (t("有效", "valid"), use("panel", use("document", **card), id="doc-plain", title=t("证件夹", "Documents"))),
        (
            t("按类型的样子", "look of its type"),
            use(
                "panel",
                use("document", **{**card, "code": "003", "name": t("居住证", "Residence permit")}),
                id="doc-look",
                title=t("居住证", "Residence permit"),
            ),
        ),
        (
            t("已注销", "revoked"),
            use("panel", use("document", **{**card, "state": t("已注销", "Revoked")}), id="doc-ended", title=t("旧证", "Former cards")),
        ),
    )


def faces(t: Say) -> State:
    fields = Markup("<div><dt>{}</dt><dd>{}</dd></div><div><dt>{}</dt><dd>{}</dd></div><div><dt>{}</dt><dd>{}</dd></div>").format(
        t("姓名", "Name"),
        t("林晓", "Lin Xiao"),
        t("住址", "Address"),
        t("东湖区杏林街道 8 号", "8 Xinglin Street, Donghu"),
        t("有效期至", "Valid until"),
        "2027-10-16",
    )
    card = {
        "name": t("居住证", "Residence permit"),
        "code": "003",
        "issuer": t("青禾市公安局", "Qinghe Public Security"),
        "number": "QHJZ990102000021",
        "level": 3,
    }
    return entry(
        "cert",
        t("整屏的证面；会动的光带说明不是截图。", "The face on a whole screen; the moving band shows that it is no screenshot."),
        (t("出示", "presented"), use("cert", fields, **card, live=True, at="09:41:07")),
        (t("已过期", "expired"), use("cert", fields, **card, state=t("已过期", "Expired"))),
    )


def codes(t: Say) -> State:
    svg = code("OD1:" + "0123456789ABCDEF" * 12)
    return entry(
        "qr",
        t("永远是白底黑码。", "Always black on white."),
        (
            t("有效", "fresh"),
            use(
                "panel",
                use("qr", svg=svg, caption=t("请对方扫码核验", "Let the other side scan it"), seconds=60),
                id="qr-fresh",
                title=t("亮证码", "Code"),
            ),
        ),
        (
            t("已过期", "expired"),
            use(
                "panel",
                use("qr", svg=svg, caption=t("请重新亮证", "Present it again"), gone=t("已过期", "Expired")),
                id="qr-gone",
                title=t("过期的码", "Old code"),
            ),
        ),
    )


def entries(t: Say) -> list[State]:
    return [documents(t), faces(t), codes(t)]
