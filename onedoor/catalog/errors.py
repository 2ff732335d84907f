"""What the catalogue refuses."""

from onedoor.kernel.problems import Conflict, Gone, NotFound, Unavailable


class NoSuchItem(NotFound):
    """No service item has this public code, or it is no longer offered."""

    title = "没有这个事项"


class NoSuchCategory(NotFound):
    """The hall has no such category."""

    title = "没有这个类别"


class NoSuchProvider(NotFound):
    """No department has this code."""

    title = "没有这个部门"


class NoSuchLifeEvent(NotFound):
    """The city names no such event of a life."""

    title = "没有这件人生大事"


class NoSuchArticle(NotFound):
    """No department explains anything under this code, or no longer."""

    title = "没有这篇文章"


class CatalogNotReady(Unavailable):
    """The catalogue has not been read from the database yet. Repeating in a moment is safe."""

    title = "服务目录正在准备，请稍后再试"


class CodeTaken(Conflict):
    """An imported list names items by codes that the city's own items already bear; `codes` lists them."""

    title = "事项编码与本市自有事项重复"


class TooManyPinned(Conflict):
    """A list of frequent items holds at most twelve pinned ones."""

    title = "最多置顶 12 个事项"


class NotPinned(Conflict):
    """Only pinned items have an order of their own; this one is not pinned (any more)."""

    title = "先置顶，再调整先后"


class AliasTaken(Conflict):
    """The item is already known by these words; `words` tells them."""

    title = "这个事项已经有这个叫法"


class NoSuchAlias(NotFound):
    """The item is not known by these words, or somebody has just taken the name away."""

    title = "没有这个叫法"


class NoSuchWish(NotFound):
    """No open wish has this id, or somebody else has just ended it."""

    title = "没有这条心愿"


class Suspended(Conflict):
    """The service rests for a while; `notice` says why and until when. Drafts are kept, and cases already handed in go on."""

    title = "这项服务暂停办理，您填写的内容都保留着"


class Retired(Gone):
    """The service has ended; `successor` names the one that does it now, where there is one."""

    title = "这项服务已经停办"
