"""Refusals of the room."""

from onedoor.kernel.problems import Conflict, Forbidden, Invalid, NotFound, TooMany


class NoSuchMandate(NotFound):
    """There is no mandate under this address, or it is neither given nor held by you."""

    title = "没有这项委托"


class BadMandate(Invalid):
    """What was said of a mandate does not fit; `errors` says where."""

    title = "委托的内容有误"


class NotAnswerable(Conflict):
    """The mandate has been answered already, or has ended meanwhile; look at its new state."""

    title = "这项委托已经答复过或已结束"


class YouAsked(Forbidden):
    """Whoever asks for a mandate cannot confirm it: the other side does."""

    title = "要由对方确认"


class WrongMandateCode(Invalid):
    """The code told on the call is not right or too old. After five wrong ones the mandate has to be asked for again."""

    title = "确认码不正确或已失效"


class TooManyPrincipals(Conflict):
    """An agent acts for ten people at most; a grid worker for two hundred."""

    title = "代办的人数已满"


class NotAParent(Invalid):
    """The population register does not name this person as the child's guardian. With a paper a counter confirms it."""

    title = "人口库里没有这样的监护关系"


class HasOwnAccount(Conflict):
    """Whoever has an account of their own confirms a mandate themselves: by sign-in, or by the code told on a call."""

    title = "本人已有自己的账户"


class MandateEnded(Forbidden):
    """The mandate this device acted under has ended. What was filled in has been kept for the person whose matter it is."""

    title = "委托已经结束"


class ActingForAnother(Forbidden):
    """This is your own, and the device acts for somebody else at the moment; turn back first."""

    title = "您正在替别人办理"


class NotInMandate(Forbidden):
    """The mandate does not reach as far as this; what it allows stands at `/me/acting`."""

    title = "委托里没有这一项"


class OnlyThePerson(Forbidden):
    """Decisions about rights, such as taking an application back, stay with the person whose matter it is."""

    title = "这件事要由本人决定"


class NotYourPlace(Forbidden):
    """The person lives outside of the districts this counter serves."""

    title = "本人不在您的服务区域"


class WrongCard(Invalid):
    """This is not the code of a mandate card of this city, or it has been changed."""

    title = "认不出这张委托卡"


class TooManyAsked(TooMany):
    """Too many mandates were asked for today; `retry_after` seconds later it will work again."""

    title = "今天发出的委托太多，请稍后再试"
