"""What notify refuses."""

from onedoor.kernel.problems import Conflict, Forbidden, Invalid, NotFound, Unavailable


class NoSuchMessage(NotFound):
    """There is no such message in your inbox."""

    title = "没有这条消息"


class NoSuchNotice(NotFound):
    """There is no notice with this code."""

    title = "没有这条公告"


class TooManyLines(Unavailable):
    """This process holds as many open event streams as it can; the page works without one, and the stream may be tried again later."""

    title = "实时提醒的连接已满，请刷新页面查看"


class NotYourNotice(Forbidden):
    """A notice is published, corrected and ended by its own department, inside the districts of whoever does it."""

    title = "这条公告不归您发布"


class NoticeChanged(Conflict):
    """Somebody corrected this notice while you were writing; `rev` is the number of its text of now."""

    title = "这条公告刚刚有人更正过"


class NoticeOver(Conflict):
    """This notice is over; a new one can be published."""

    title = "这条公告已经结束"


class BadNotice(Invalid):
    """A notice needs a title, one line and a text in Chinese, an area of the city, and an end that lies ahead and after its beginning."""

    title = "公告还有地方要改"
