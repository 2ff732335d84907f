"""Refusals of the room."""

from onedoor.kernel.problems import Conflict, Invalid, NotFound


class NoSuchJourney(NotFound):
    """The city has no journey of this name."""

    title = "没有这件“一件事”"


class NoSuchRun(NotFound):
    """There is no run under this address, or it is not yours."""

    title = "没有这次办理"


class NoSuchProposal(NotFound):
    """There is no offer under this address, or it is not yours."""

    title = "没有这项待遇提示"


class NoLongerOffered(Conflict):
    """The offer was taken or turned down before, or what it rested on is no longer so."""

    title = "这项待遇现在不能领取"


class LegNotThere(Conflict):
    """The leg does not stand where this can be done: it has a case of its own by now, or has ended."""

    title = "这一项现在不能这样做"


class NothingNeeded(Invalid):
    """By these answers no leg is needed, so that there is nothing to hand in."""

    title = "按您选的情况，没有要办的事项"
