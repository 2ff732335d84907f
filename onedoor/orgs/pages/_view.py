"""What the pages of organisations share: ids out of addresses, forms with files, registrations in plain words."""

import uuid
from typing import Any, TypeVar
from urllib.parse import quote

from litestar import Response
from litestar.datastructures import UploadFile

from onedoor.kernel import text
from onedoor.kernel.i18n import pick, say
from onedoor.kernel.ids import Id
from onedoor.kernel.ports import Scan
from onedoor.kernel.problems import NotFound
from onedoor.orgs import policy
from onedoor.orgs.models import Role
from onedoor.orgs.registered import Kind, Proof, Registration, State
from onedoor.ui.edge import AnyRequest

T = TypeVar("T", bound=Id)
MOST_POSTED = 66_000_000
TONES = {State.SUBMITTED: "blue", State.ASKED: "orange", State.ACCEPTED: "green", State.DECLINED: "red", State.WITHDRAWN: ""}
FIELDS = ("uscc", "name", "kind", "legal_name", "contact_name", "contact_phone")


def id_of(kind: type[T], given: str, refusal: type[NotFound]) -> T:
    """The id in an address; what is none names nothing."""
    try:
        return kind.parse(given)
    except ValueError:
        raise refusal() from None


def key_of(given: str) -> uuid.UUID:
    """The form's own key; a form that lost it is a new one."""
    try:
        return uuid.UUID(given)
    except ValueError:
        return uuid.uuid4()


async def posted(request: AnyRequest) -> tuple[dict[str, str], list[UploadFile]]:
    """The words and the files of a form, bounded and printable."""
    sent = await request.form()
    words = {name: text.printable(value)[:2000] for name, value in sent.items() if isinstance(value, str)}
    return words, [one for one in sent.getall("proof", []) if isinstance(one, UploadFile) and one.filename]


def files(locale: str, proofs: list[Proof], address: str = "/orgs/proofs") -> list[dict[str, Any]]:
    """Papers with what the scan says of them."""
    said = {
        Scan.WAITING: say(locale, "等待安全扫描"), Scan.CLEAN: "", Scan.INFECTED: say(locale, "含有病毒，打不开"),
        Scan.UNREADABLE: say(locale, "打不开，请重新上传"),
    }  # fmt: skip
    return [
        {
            "id": str(one.id), "name": one.name, "size": f"{max(1, one.size // 1024):,} KB", "state": said[one.scan],
            "href": "" if one.scan is Scan.INFECTED else f"{address}/{one.id}",
        }
        for one in proofs
    ]  # fmt: skip


def as_download(proof: Proof, content: bytes) -> Response[bytes]:
    """To be saved, not to be opened in this site's name."""
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(proof.name, safe='')}",
        "content-security-policy": "default-src 'none'; sandbox", "cache-control": "private, no-store",
    }  # fmt: skip
    return Response(content, media_type=proof.kind, headers=headers)


def kinds(locale: str) -> list[dict[str, str]]:
    return [{"value": str(kind), "label": policy.kind_words(locale, kind)} for kind in Kind]


def roles(locale: str) -> list[dict[str, str]]:
    """What a role may do, in words."""
    hints = {
        Role.ADMIN: say(locale, "可以邀请和移除成员，编写和审核事项"), Role.EDITOR: say(locale, "可以编写事项，不能管成员"),
        Role.CLERK: say(locale, "办理交给机构的申请；要先实名认证"), Role.VIEWER: say(locale, "只能看"),
    }  # fmt: skip
    return [{"value": str(role), "label": pick(locale, policy.role_text(role)), "hint": hints[role]} for role in Role]


def facts(locale: str, made: Registration) -> list[dict[str, str]]:
    """What the applicant said."""
    return [
        {"label": say(locale, "机构名称"), "value": made.name}, {"label": say(locale, "统一社会信用代码"), "value": made.uscc},
        {"label": say(locale, "机构类型"), "value": policy.kind_words(locale, made.kind)},
        {"label": say(locale, "法定代表人或负责人"), "value": made.legal_name},
        {"label": say(locale, "联系人"), "value": made.contact_name},
        {"label": say(locale, "联系电话"), "value": made.contact_phone},
    ]  # fmt: skip


def step_words(locale: str, state: State, again: bool) -> str:
    """What happened."""
    if state is State.SUBMITTED:
        return say(locale, "补充后再次提交") if again else say(locale, "提交入驻申请")
    return {
        State.ASKED: say(locale, "请申请人补充"), State.ACCEPTED: say(locale, "通过"), State.DECLINED: say(locale, "没有通过"),
        State.WITHDRAWN: say(locale, "申请人撤回"),
    }[state]  # fmt: skip


def typed(made: Registration) -> dict[str, str]:
    """A registration as its form shows it."""
    return {name: str(getattr(made, name)) for name in FIELDS}
