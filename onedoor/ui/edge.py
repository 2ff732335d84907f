"""What pages.py and api.py need to meet the web: who may, forms, answers kept by key. Everything else about HTTP lives in web."""

import hashlib
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any, TypeVar, get_args, get_origin

import msgspec
from litestar import Request, Response
from litestar.response import Redirect

from onedoor.kernel import text
from onedoor.kernel.i18n import say
from onedoor.kernel.ids import to_json
from onedoor.kernel.problems import Invalid, KeyReused
from onedoor.kernel.work import Begin, Work

from .places import place, safe_path
from .render import html, page, page_of

T = TypeVar("T", bound=msgspec.Struct)
R = TypeVar("R")
AnyRequest = Request[Any, Any, Any]

__all__ = [
    "AnyRequest", "begin_of", "form", "html", "kept", "local", "may", "once", "page", "page_of", "place", "safe_path",
    "see_other",
]  # fmt: skip


def may(needs: str | None = None, *, public: bool = False, acting: str = "") -> dict[str, Any]:
    """`**may("cases:handle")` or `**may(public=True)` in a route decorator: the guard and the statement in one.

    `acting` is what whoever stands in for another must be allowed to do here (one of several words is enough): "self" is for everybody as
    themselves, "whole" for whoever decides as the person does. A route that says nothing is the person's own.
    """
    if (needs is None) == (not public):
        raise TypeError("say needs=... or public=True, never both or neither")
    return {"opt": {"needs": needs, "public": public, "acting": acting}, "security": [] if public else [{"session": []}, {"bearer": []}]}


def begin_of(request: AnyRequest) -> Begin:
    """Opens transactions as whoever asks; `begin(actor=…)` as somebody else."""
    state = request.scope["state"]

    def begin(**said: Any) -> Any:
        return state["house"].begin(**{"actor": state["actor"], "locale": state["locale"], "ip": state["ip"], **said})

    return begin


def see_other(url: str) -> Redirect:
    """303: the form was taken, look there now."""
    return Redirect(url, status_code=303)


def local(request: AnyRequest, at: datetime) -> datetime:
    """An instant in the city's time."""
    return at.astimezone(request.scope["state"]["house"].settings.zone)


def _values(sent: Any, name: str) -> list[str]:
    return [value for value in sent.getall(name, []) if isinstance(value, str) and value.strip() != ""]


def kept(sent: Any) -> dict[str, str]:
    """What was typed, for showing the form again: the first value of each field, printable."""
    return {name: text.printable(value) for name, value in sent.items() if isinstance(value, str)}


def _text_fault(locale: str, values: list[str]) -> str | None:
    for value in values:
        if text.fault(value, lines=True):
            return say(locale, "有不能使用的字符，请删去看不见的符号后再试")
    return None


def _reason(locale: str, bad: msgspec.ValidationError, kind: Any) -> str:
    words = str(bad)
    if "length <=" in words:
        limit = words.split("length <=", 1)[1].split("`")[0].strip()
        return say(locale, "太长了，最多 {n} 个字", n=limit)
    return say(locale, "填写的格式不对，请检查")


async def form(request: AnyRequest, kind: type[T]) -> T:
    """A posted form as a Struct. Empty text is absent; every wrong field is reported, not only the first.

    Raises Invalid with `errors` (localised) and `values` (what was typed, to be shown again).
    """
    sent, locale = await request.form(), request.scope["state"]["locale"]
    values: dict[str, Any] = {}
    errors: list[dict[str, str]] = []
    for field in msgspec.structs.fields(kind):
        given = _values(sent, field.name)
        plain = get_args(field.type)[0] if get_origin(field.type) is Annotated else field.type
        many = get_origin(plain) in (list, tuple)
        if not given and not field.required:
            continue
        wrong = say(locale, "请填写这一项") if not given and not many else _text_fault(locale, given)
        if wrong is None:
            try:
                values[field.name] = msgspec.convert(given if many else given[0], field.type, strict=False)
            except msgspec.ValidationError as bad:
                wrong = _reason(locale, bad, field.type)
        if wrong is not None:
            errors.append({"pointer": f"/{field.name}", "detail": wrong})
    if errors:
        raise Invalid(errors=errors, values=kept(sent))
    return kind(**values)


def unchanged(request: AnyRequest, made: object, headers: dict[str, str]) -> Response[Any]:
    """What a program asks for, with the mark of its bytes; who holds the same already is told so, without them."""
    body = to_json(made)
    mark = f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    held = {one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")}
    if held & {"*", mark.removeprefix("W/")}:
        return Response(None, status_code=304, headers=headers | {"etag": mark})
    return Response(body, media_type="application/json", headers=headers | {"etag": mark})


async def once(request: AnyRequest, work: Work, make: Callable[[], Awaitable[R]], status: int = 201, who: str = "") -> Response[Any]:
    """Run a write of the API; with an Idempotency-Key, run it once and give the first answer again to every repetition.

    `who` says whose keys these are where that is not the actor alone: a gate, or a partner's app acting for a resident.

    The answer is kept in the transaction of the change itself, so a crash keeps both or neither.
    """
    key = request.headers.get("idempotency-key", "")
    if not key:
        made = await make()
        return made if isinstance(made, Response) else Response(made, status_code=status)
    if len(key) > 200 or text.fault(key):
        raise Invalid(errors=[{"pointer": "", "detail": say(work.locale, "幂等键最多 {n} 个字符", n=200)}])
    actor = work.actor.id
    behalf = work.actor.behalf
    who = who or (str(behalf.power if behalf else actor) if actor else f"ip {work.ip}")
    asked = request.method.encode() + request.url.path.encode() + b"\n" + await request.body()
    digest = hashlib.sha256(asked).digest()
    first = await work.db.run(
        "insert into kernel.answer (who, key, digest) values ($who, $key, $digest) on conflict do nothing",
        who=who, key=key, digest=digest,
    )  # fmt: skip
    if not first:
        return await _again(work, who, key, digest)
    result = await make()
    answer = result if isinstance(result, Response) else Response(result, status_code=status)
    await work.db.run(
        "update kernel.answer set status = $status, body = $body where who = $who and key = $key",
        status=answer.status_code, body=to_json(answer.content).decode(), who=who, key=key,
    )  # fmt: skip
    return answer


class Answer(msgspec.Struct, frozen=True):
    digest: bytes
    status: int
    body: str


async def _again(work: Work, who: str, key: str, digest: bytes) -> Response[Any]:
    old = await work.db.one(
        Answer, "select digest, status, body from kernel.answer where who = $who and key = $key", who=who, key=key
    )
    if old.digest != digest:
        raise KeyReused(errors=[{"pointer": "", "detail": say(work.locale, "这个幂等键已用于另一个请求，请换一个新的")}])
    return Response(msgspec.Raw(old.body.encode()), status_code=old.status, headers={"Idempotent-Replay": "true"})
