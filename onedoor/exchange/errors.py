"""What exchange refuses."""

from onedoor.kernel.problems import Conflict, Forbidden, Gone, Invalid, NotFound, Unauthorized, Unavailable


class MayNotAsk(Forbidden):
    """No agreement in force lets this organisation ask for these facts, for this purpose, in this service. The attempt is on record."""

    title = "没有授权，不能查询"


class NoSuchRegister(NotFound):
    """The city has no register of this code."""

    title = "没有这个数源系统"


class NoSuchResource(NotFound):
    """No register offers a resource of this code."""

    title = "没有这个数据资源"


class NoSuchAgreement(NotFound):
    """There is no agreement of this name."""

    title = "没有这项共享授权"


class NoSuchConsent(NotFound):
    """There is no such consent of yours."""

    title = "没有这份授权"


class OwnWitness(Forbidden):
    """Nobody is the witness of their own consent."""

    title = "不能给自己的授权作见证"


class NoSuchSheet(NotFound):
    """This consent was not signed on paper, or its paper cannot be shown."""

    title = "没有签字页"


class NoSuchCorrection(NotFound):
    """There is no such correction, or it is another department's."""

    title = "没有这件校核"


class NoSuchDemand(NotFound):
    """There is no such demand, or it is another department's."""

    title = "没有这项需求"


class NoSuchBackflow(NotFound):
    """Nothing of this name was given back to your office."""

    title = "没有这份回流数据"


class BackflowEnded(Conflict):
    """What allowed it has ended: from then on nothing is handed over, whenever it was prepared."""

    title = "回流已经停止"


class BackflowDeleted(Gone):
    """The rows are deleted fourteen days after they were prepared. What is left of them is their hash."""

    title = "文件已经到期删除"


class NothingToContest(NotFound):
    """No register has told this fact about you, so there is nothing to correct at one."""

    title = "这一项不是从部门取得的"


class AlreadyAnswered(Conflict):
    """Somebody has answered it meanwhile."""

    title = "已经答复过了"


class NotNow(Conflict):
    """A demand in this state does not take this step."""

    title = "现在不能这样处理"


class BadReading(Invalid):
    """The rules of the mapping cannot be used, or do not read the sample as was agreed. `errors` names each."""

    title = "对照规则有问题"


class NotSigned(Unauthorized):
    """An event that is not signed with this register's secret, or was signed more than five minutes ago."""

    title = "签名不对"


class NoSuchCity(NotFound):
    """There is no city of this name among those that are believed."""

    title = "没有这个互认城市"


class CityAway(Unavailable):
    """The other city did not answer. What it said before stays as it is."""

    title = "对方城市没有应答"


class CityNotBelieved(Invalid):
    """A message in the name of another city does not hold: `why` names the rule. Nothing was told."""

    title = "来自其他城市的请求不可信"


class AskedOtherwise(Conflict):
    """The same name was given to another question before. Ask again under a new one."""

    title = "同一编号已经用于另一个查询"


class NoSuchWaiting(NotFound):
    """There is no such question of another city that waits for you."""

    title = "没有等您同意的查询"
