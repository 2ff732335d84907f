"""What the tracker refuses."""

from onedoor.kernel.problems import Conflict, Invalid, NotFound


class NoSuchChallenge(NotFound):
    """There is no such question, or it is another department's."""

    title = "没有这个提问"


class AskedAlready(Conflict):
    """There is a question about this look already; its answer is read where the look is."""

    title = "您已经问过这一条"


class AnsweredAlready(Conflict):
    """The question has been answered already."""

    title = "这个提问已经有答复"


class SupervisorsNow(Conflict):
    """The question was not answered in time. It is answered by somebody who supervises, not by the desk it lay on."""

    title = "已经超时，要由负责人答复"


class NotContestable(Conflict):
    """An answer can be contested once, after it was given."""

    title = "现在不能再提出异议"


class OwnLook(Conflict):
    """The look was your own, or one you asked for: nobody has to explain it to you."""

    title = "这是您自己的操作"


class BadQuestion(Invalid):
    """Something in the form needs changing; `errors` names each field."""

    title = "有几处需要修改"


class NotGuarded(NotFound):
    """This person is not specially protected, or not any more."""

    title = "这个人不在重点保护名单上"


class NoSuchSeal(NotFound):
    """There is no seal of this number."""

    title = "没有这个封签"
