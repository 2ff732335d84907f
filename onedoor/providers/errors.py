"""What providers refuses."""

from onedoor.kernel.problems import Conflict, Forbidden, Invalid, NotFound, Problem, Unauthorized


class NoSuchApp(NotFound):
    """There is no such app, or it belongs to another organisation."""

    title = "没有这个应用"


class NotSentBack(Invalid):
    """The site that sent you here is not known to the city, or gave an address to return to that is not registered for it, letter by
    letter. Nobody is sent there; go back to that site and try again from its front page."""

    title = "这个网站的登录请求有误"


class AppPaused(Conflict):
    """The organisation or the city has paused this app; nobody can sign in to it at the moment."""

    title = "这个应用已暂停登录"


class NoSuchAsking(NotFound):
    """The request to sign in is unknown or older than half an hour. Go back to the site and begin again there."""

    title = "这次登录请求已失效"


class AskedBack(Problem):
    """The request to sign in was refused, and the app is told so at the address it registered (`error`, RFC 6749)."""

    title = "登录请求没有完成"


class TokenRefused(Problem):
    """The token endpoint refuses; `error` is the code of RFC 6749 (`invalid_grant`, `invalid_scope`, …)."""

    title = "令牌请求被拒绝"


class UnknownClient(Unauthorized):
    """The app did not prove who it is: unknown client, wrong or expired secret, or a method it may not use (`invalid_client`)."""

    title = "应用身份核对不通过"


class NeedsScope(Forbidden):
    """The token does not carry the scope that this needs; `scope` names it."""

    title = "令牌没有这项权限"


class NeededScope(Invalid):
    """A field that the app cannot do without was left out."""

    title = "缺少必需的授权"


class NotAgreed(NotFound):
    """You have not signed in to this app, or have taken the consent back."""

    title = "您没有授权过这个应用"


class NoSuchEndpoint(NotFound):
    """The app has no such endpoint."""

    title = "没有这个回调地址"


class NoSuchDelivery(NotFound):
    """The endpoint's log has no such line."""

    title = "没有这条回调记录"


class NotLinked(NotFound):
    """The app knows nobody by this name who lets it report matters. Ask the resident to sign in again and agree to it."""

    title = "没有这位居民，或居民没有同意接收办理进展"


class NotGiven(Forbidden):
    """The resident has not agreed to this, has taken it back, or the token is the app's own. Ask them to sign in again and agree to it."""

    title = "居民没有同意这一项"


class NoSuchMatter(NotFound):
    """There is no such matter, or it is another app's."""

    title = "没有这件事的进展"


class MatterKnown(Conflict):
    """The app has already reported a matter under this number; `matter` is its id. Report what is new as a step."""

    title = "这个编号的事项已经报告过"


class MatterEnded(Conflict):
    """The matter has ended, and nothing more can be reported of it."""

    title = "这个事项已经结束"
