"""What notify refuses."""

from onedoor.kernel.problems import NotFound, Unavailable


class NoSuchMessage(NotFound):
    """There is no such message in your inbox."""

    title = "没有这条消息"


class NoSuchNotice(NotFound):
    """There is no notice with this code."""

    title = "没有这条公告"


class TooManyLines(Unavailable):
    """This process holds as many open event streams as it can; the page works without one, and the stream may be tried again later."""

    title = "实时提醒的连接已满，请刷新页面查看"
