"""The posted forms of the desk. Field names carry their act, because the page holds them all at once and no two may share an address."""
from typing import Annotated, Any

import msgspec

from onedoor.cases.duty import Reason, Wanted
from onedoor.cases.models import AskedKind
from onedoor.kernel import text
from onedoor.kernel.i18n import say
from onedoor.kernel.problems import Invalid
from onedoor.ui.edge import AnyRequest, kept

Words = Annotated[str, msgspec.Meta(max_length=2000)]
Law = Annotated[str, msgspec.Meta(max_length=500)]
Code = Annotated[str, msgspec.Meta(max_length=60)]
Rev = Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000)]
EXTRAS = 4


class Accepting(msgspec.Struct, frozen=True):
    rev: Rev
    accept_words: Words = ""


class DecliningForm(msgspec.Struct, frozen=True):
    rev: Rev
    decline_reason: Reason
    decline_words: Words
    decline_department: Code = ""


class Granting(msgspec.Struct, frozen=True):
    rev: Rev
    grant_words: Words = ""


class RefusingForm(msgspec.Struct, frozen=True):
    rev: Rev
    refuse_reason: Words
    refuse_law: Law
    refuse_objection: Words = ""


class Transferring(msgspec.Struct, frozen=True):
    rev: Rev
    transfer_department: Code
    transfer_reason: Words


class Noting(msgspec.Struct, frozen=True):
    note_words: Words
    note_for: Annotated[str, msgspec.Meta(max_length=10)] = "inner"


class Revoking(msgspec.Struct, frozen=True):
    revoke_reason: Annotated[str, msgspec.Meta(max_length=200)]


class Reissuing(msgspec.Struct, frozen=True):
    reissue_reason: Annotated[str, msgspec.Meta(max_length=200)]


class Assigning(msgspec.Struct, frozen=True):
    assign_to: Code


class Asking(msgspec.Struct, frozen=True):
    """Everything a request for supplements names."""

    rev: int
    wanted: list[Wanted]
    reason: str


async def asking(request: AnyRequest) -> Asking:
    """The ticked documents with their notes, and the lines in the clerk's own words; Invalid names every fault at once."""
    sent, locale = await request.form(), request.scope["state"]["locale"]
    errors: list[dict[str, str]] = []

    def words(name: str, limit: int) -> str:
        value = sent.get(name, "")
        typed = value if isinstance(value, str) else ""
        if text.fault(typed, lines=True):
            errors.append({"pointer": f"/{name}", "detail": say(locale, "有不能使用的字符，请删去看不见的符号后再试")})
            return ""
        if len(typed) > limit:
            errors.append({"pointer": f"/{name}", "detail": say(locale, "太长了，最多 {n} 个字", n=limit)})
            return ""
        return text.fold(typed)

    codes = [c for c in dict.fromkeys(sent.getall("ask_documents", [])) if isinstance(c, str) and c][:50]
    wanted = [Wanted(code=c[:60], note=words(f"ask_note_{c[:60]}", 300)) for c in codes]
    for i in range(1, EXTRAS + 1):
        if label := words(f"ask_extra_{i}", 200):
            kind = AskedKind.FILE if sent.get(f"ask_kind_{i}") == "file" else AskedKind.WORDS
            wanted.append(Wanted(label=label, kind=kind))
    reason, rev = words("ask_reason", 500), sent.get("rev", "")
    if not (isinstance(rev, str) and rev.isascii() and rev.isdigit() and len(rev) < 10):
        errors.append({"pointer": "/rev", "detail": say(locale, "请刷新页面后再试")})
    if errors:
        raise Invalid(errors=errors, values=kept(sent))
    return Asking(int(rev), wanted, reason)


def values_of(sent: Any) -> dict[str, Any]:
    """Everything that was typed into an act, for showing it again."""
    found: dict[str, Any] = {k: v for k, v in kept(sent).items() if k != "rev"}
    for many in ("ask_documents", "consult_share"):
        found[many] = [text.printable(v) for v in sent.getall(many, []) if isinstance(v, str)]
    return found
