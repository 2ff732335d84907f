"""What passes refuses."""

from onedoor.kernel.problems import Conflict, Forbidden, Gone, Invalid, NotFound, Unavailable


class NoSuchScheme(NotFound):
    """There is no scheme of passes with this code."""

    title = "没有这个通行方案"


class NoSuchDeclaration(NotFound):
    """There is no such declaration of yours."""

    title = "没有这份申报"


class NotDeclared(NotFound):
    """Nothing has been declared in this scheme yet, so there is no colour to explain."""

    title = "您还没有申报"


class SchemeNotInForce(Conflict):
    """The scheme does not hold today: it has not begun, is suspended, or has ended. Nobody has to declare or show anything for it."""

    title = "这个通行方案现在不生效"


class BadDeclaration(Invalid):
    """An answer is missing, or is none of those that can be given; `errors` names each question."""

    title = "有几处还要看一看"


class BadRuleset(Invalid):
    """A ruleset is not well formed, or one of its own tests gives another colour; `errors` says where."""

    title = "规则有问题，没有保存"


class RulesetFixed(Conflict):
    """A ruleset in force is never changed. Give the new rules the next version number."""

    title = "生效的规则不能改，请用新的版本号"


class NeedsDifferentPeople(Forbidden):
    """Two persons sign, and this one has signed already or may not sign this."""

    title = "需要另一个人签字"


class ListFull(Unavailable):
    """The list of colours of this scheme has no free place left; the authority has to open another one."""

    title = "名册已满，请联系负责部门"


class NoSuchPerson(NotFound):
    """There is no such person among those you may declare or show for."""

    title = "没有这位家人，或者还没有确认"


class NotYours(Forbidden):
    """A scheme, its rules and its appeals are those of its own department, inside the districts of whoever acts."""

    title = "这不归您管"


class NoSuchAppeal(NotFound):
    """There is no such appeal, or it is not one of those you answer."""

    title = "没有这份申诉"


class AppealOpen(Conflict):
    """An appeal against this colour is being looked into already; it is answered within 24 hours."""

    title = "已经有一份申诉在处理"


class AppealAnswered(Conflict):
    """The appeal has been answered or taken back already."""

    title = "这份申诉已经有结果"


class BadAppeal(Invalid):
    """An appeal needs words, and at most three papers as pictures or PDF."""

    title = "申诉还有地方要改"


class BadStep(Conflict):
    """A scheme in this state cannot do that: a draft is signed, one in force is suspended or extended, none that ended comes back."""

    title = "这个方案现在不能这样做"


class NotPreviewed(Conflict):
    """Nobody has seen yet what these rules would change. Preview them: whoever signs has the numbers before them."""

    title = "请先预览规则的影响"


class NotInForce(Conflict):
    """Nobody gets a colour by rules that two persons have not signed. Without being applied they can be looked at."""

    title = "这一版规则还没有生效"


class HasAccount(Conflict):
    """This person has an account, and declares from it or at the counter. Nobody is declared for behind their back."""

    title = "这位家人有自己的账户"


class BadDependant(Invalid):
    """A dependant needs a name and an identity number that belong together, and a relation that fits the age."""

    title = "家人信息还有地方要改"


class SlotTaken(Conflict):
    """This device has had a ticket for this hour with another anchor. Send the same anchors, or take another device name."""

    title = "这个时段已经签发过"


class NoSuchList(NotFound):
    """There is no such list of colours, or the change since that list is gone; fetch the whole list."""

    title = "没有这份名单"


class NoSuchGate(NotFound):
    """There is no such gate, or it is not of your department."""

    title = "没有这个卡口"


class NoSuchPlace(NotFound):
    """There is no such place of your department."""

    title = "没有这个场所"


class GateRevoked(Gone):
    """This gate has been ended. Its key opens nothing any more; its device may be enrolled again by a new link."""

    title = "这个卡口已停用"


class GateNotProven(Invalid):
    """The request is not signed by the gate's key, not signed just now, or a turnstile's secret is wrong; `server_time` is our clock."""

    title = "不是这个卡口发来的"


class InviteUsed(Gone):
    """The link has been used, or is older than ten minutes. Ask for a new one."""

    title = "链接已用过或已过期"


class NobodyFound(NotFound):
    """Nobody with this identity number has proven who they are here."""

    title = "没有查到"


class NoSuchArea(NotFound):
    """There is no such part of the city among those you look after."""

    title = "您负责的范围里没有这个区域"


class NotOnThisList(NotFound):
    """This person is not on the list any more, or never was."""

    title = "名单上没有这个人"


class NeedsPurpose(Invalid):
    """A list leaves the house only with what it is for; `errors` says what is missing."""

    title = "请写明导出名单的用途"


class NoSuchOrder(NotFound):
    """There is no such order to trace somebody in the part of the city that you look after."""

    title = "没有找到这个流调任务"


class NoSuchSubject(NotFound):
    """Nobody with this identity number has a pass of this scheme in the part of the city that you look after."""

    title = "您负责的范围里没有找到这个人的通行码"


class OrderIncomplete(Invalid):
    """An order needs case number, legal basis, purpose and days within the scheme's limit; `errors` names each that is missing."""

    title = "流调任务有几处需要修改"


class ReportIncomplete(Invalid):
    """A report of a suspected case needs the person, the disease, the day it began, the place and a telephone; `errors` names each."""

    title = "上报有几处需要修改"


class OrderNotGood(Conflict):
    """Nothing can be looked up under this order: nobody else has agreed yet, it was refused, or its 72 hours are over."""

    title = "这个流调任务现在不能使用"


class OrderNotYours(Forbidden):
    """Only whoever asked for an order works with it."""

    title = "只有申请人可以使用这个流调任务"


class NeedsAnotherPerson(Forbidden):
    """An order is agreed to by another person than the one who asked, with the right to do so in the same part of the city or around it."""

    title = "需要另一位有权限的人同意"


class NoSuchOrganisation(NotFound):
    """There is no organisation of this city with that unified social credit code."""

    title = "没有找到这家单位"


class NoSuchPeer(NotFound):
    """This house does not know another region's node of that name."""

    title = "没有这个互认地区"


class PeerNotBelieved(Conflict):
    """What another region's node said cannot be believed now; `why` is one word: expired, signature, divisions, seq and so on."""

    title = "对方地区的证明现在不能采信"


class TraceRefused(Conflict):
    """Another region's order to trace is not answered; `why` is one word: purpose, approval, incomplete, delay, window, over, scheme,
    untold or replay."""

    title = "不能按这个跨地区流调任务答复"


class NoSuchVehicle(NotFound):
    """There is no such pass of a vehicle of yours, or of your department's schemes."""

    title = "没有这张车辆通行证"


class BadVehicle(Invalid):
    """A pass of a vehicle needs a number plate, its use, a route, a purpose and days within the scheme; `errors` names each."""

    title = "车辆通行证有几处要改"


class VehicleDecided(Conflict):
    """This pass has been decided, given back or taken back already."""

    title = "这张车辆通行证已经处理过"
