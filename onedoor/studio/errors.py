"""What the studio refuses."""

from onedoor.kernel.problems import Conflict, Forbidden, Invalid, NotFound


class NoSuchServiceDraft(NotFound):
    """There is no draft of a service under this address, or it is another department's."""

    title = "没有这份事项草稿"


class NoSuchPart(NotFound):
    """The draft has no part of this name, or nothing at this place of it."""

    title = "草稿里没有这一部分"


class NoSuchVersion(NotFound):
    """The service was never published in this version."""

    title = "没有这个版本"


class PartChanged(Conflict):
    """Somebody else changed this part after the page was shown; both texts are given, and nothing was overwritten."""

    title = "同事刚刚改过这一部分"


class DraftChanged(Conflict):
    """The draft has another revision than the one the change was made from; read it again."""

    title = "草稿已经有了新的改动"


class NotInThatState(Conflict):
    """The draft stands at a state in which this cannot be done: sent for review, published, or thrown away meanwhile."""

    title = "草稿现在的状态不能这样做"


class NotTheSamePerson(Forbidden):
    """Whoever has written a draft does not review or publish it: two people see everything that goes out."""

    title = "自己编写的事项要由另一个人审核"


class NotPublishable(Invalid):
    """The checks found mistakes; each error names the part to mend."""

    title = "还有检查没有通过，暂时不能送审或发布"


class CodeInUse(Invalid):
    """Another service bears this code already."""

    title = "事项编码已被使用"


class DraftOpen(Conflict):
    """The service has an open draft already; go on with that one."""

    title = "这个事项已经有一份草稿"


class NotABundle(Invalid):
    """The file is not a service's file, or something in it is not as it must be; each error names the place."""

    title = "这个文件不能导入"


class NewerFormat(NotABundle):
    """The file was written by a newer version of this software than the one that reads it."""

    title = "文件来自更新的版本，请先升级本系统"
