"""Refusals. Each subclass is one RFC 9457 problem type; web renders it as JSON or as a page.

The class name gives the type address (`NoSuchThing` → `/problems/no-such-thing`), the docstring is its documentation, `title` its
short text in the source language, translated through the room's `locale/en.po`.
"""

from typing import ClassVar


class Problem(Exception):
    """Something was refused."""

    status: ClassVar[int] = 400
    title: ClassVar[str] = "请求有误"

    def __init__(self, detail: str = "", **extra: object) -> None:
        super().__init__(detail)
        self.detail = detail
        self.extra = extra

    @classmethod
    def slug(cls) -> str:
        return "".join(f"-{c.lower()}" if c.isupper() else c for c in cls.__name__).lstrip("-")


class Unauthorized(Problem):
    """Nobody is signed in, or the session has ended. Sign in and repeat the request."""

    status = 401
    title = "请先登录"


class Forbidden(Problem):
    """The signed-in person may not do this. `needs` names the missing permission where one would help."""

    status = 403
    title = "您没有权限"


class NeedsHigherAssurance(Forbidden):
    """The matter needs a stronger proof of identity; `step_up` is the address where it is given."""

    title = "请先完成实名认证"


class NotFound(Problem):
    """There is nothing at this address, or nothing that this person may know of."""

    status = 404
    title = "没有找到"


class Conflict(Problem):
    """The thing has changed meanwhile, or is not in a state in which this can be done."""

    status = 409
    title = "情况已有变化"


class Gone(Problem):
    """It was here once and is no longer."""

    status = 410
    title = "已失效"


class TooLarge(Problem):
    """What was sent is larger than allowed; `limit_bytes` says how much is."""

    status = 413
    title = "内容过大"


class Invalid(Problem):
    """One or more fields need another look; `errors` lists every one as {pointer, detail}."""

    status = 422
    title = "有几处需要修改"

    @property
    def errors(self) -> list[dict[str, str]]:
        found = self.extra.get("errors", [])
        return found if isinstance(found, list) else []


class TooMany(Problem):
    """Too many attempts; `retry_after` seconds later it will work again."""

    status = 429
    title = "操作太频繁，请稍后再试"


class Unavailable(Problem):
    """A part this depends on does not answer at the moment; repeating later is safe."""

    status = 503
    title = "暂时无法办理，请稍后再试"


class KeyReused(Invalid):
    """The Idempotency-Key was used before for a different request. Use a new key for a new request."""

    title = "幂等键已用于另一个请求"
