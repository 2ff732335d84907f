"""Refusals of the room: each has a name, a sentence for the documentation, and a title in the person's words."""
from onedoor.identity.errors import NeedsRealName as NeedsRealName
from onedoor.kernel.problems import Conflict, Forbidden, Gone, Invalid, NotFound, TooLarge, TooMany, Unauthorized


class NoSuchCase(NotFound):
    """There is no case under this address, or it is not yours to see."""

    title = "没有这个办件"


class NoSuchDraft(NotFound):
    """There is no draft under this address: it was submitted, thrown away, or never was yours."""

    title = "没有这份草稿"


class NoSuchForm(NotFound):
    """This item cannot be applied for online; its guide says where to go instead."""

    title = "这个事项不能在线申请"


class NoSuchAttachment(NotFound):
    """There is no file under this address, or it is not yours to see."""

    title = "没有这个附件"


class PersonNotProven(Forbidden):
    """Whom the agent stands in for has not proven the real name; the person proves it, or shows the identity card at a counter."""

    title = "本人还没有实名，请本人先实名，或带身份证到窗口办理"


class ForOrganisations(Forbidden):
    """An organisation applies for this, through whoever represents it by law or has a mandate for it; turn to it first."""

    title = "这件事由单位办理"


class ForPeople(Forbidden):
    """People apply for this themselves; turn back from the organisation first."""

    title = "这件事由个人办理"


class NotYourCase(Forbidden):
    """The case belongs to somebody else, or to another department or district."""

    title = "这个办件不归您办理"


class NeedsSecond(Forbidden):
    """The person is specially protected: a colleague has to allow this case to this reader, for 24 hours. `state` says where a request
    stands: `asked` or `refused`, empty where there is none."""

    title = "这个办件受重点保护，要先请一位同事同意"


class NoSuchSecond(NotFound):
    """There is no such request in your department."""

    title = "没有这个请求"


class OwnSecond(Forbidden):
    """You asked for this yourself; a colleague has to answer it."""

    title = "自己的请求要由同事答复"


class SecondAnswered(Conflict):
    """A colleague has answered this request otherwise; `state` says how."""

    title = "这个请求已经有同事答复"


class SecondOver(Conflict):
    """Nobody has to allow this any more: the case lies with another department now, or is not specially protected."""

    title = "这个办件现在不用请同事同意"


class NobodyElse(Conflict):
    """The department has no other colleague for this place who could allow it. The city's hotline helps."""

    title = "本部门没有别的同事可以同意"


class NotOpenForThat(Conflict):
    """The case stands at a status from which this move is not possible; it may have changed meanwhile."""

    title = "办件现在的状态不能这样做"


class ChangedMeanwhile(Conflict):
    """Somebody else changed the case after this page was shown; look at its new state and decide again."""

    title = "办件刚刚有了变化，请看最新状态后再操作"


class AnswersChanged(Conflict):
    """The draft was changed on another device after this page was shown; both values are given side by side."""

    title = "这份草稿在另一台设备上改过了"


class KeyUsedForOtherAnswers(Conflict):
    """The same key was already used to submit other answers; the number of that case is given."""

    title = "这个提交标识已用于另一份申请"


class DraftExpired(Gone):
    """The draft lay untouched longer than thirty days. Its answers are kept for another week, in which `restore` opens it again."""

    title = "草稿已过期"


class FormRetired(Gone):
    """The item is no longer applied for online; the answers are kept until the draft expires."""

    title = "这个事项已停止在线申请，您填写的内容仍然保留"


class TooManyDrafts(TooMany):
    """Twenty drafts may be open at a time, five of one item: submit or throw away one first."""

    title = "草稿太多了，请先提交或删除一些"


class TooManyFiles(Conflict):
    """A case holds at most thirty files, a document at most as many as its form says."""

    title = "文件太多了"


class FileRefused(Invalid):
    """The file cannot be taken as it is: its kind, its size, or what is inside it; the detail says which."""

    title = "不能接收这个文件"


class FileTooLarge(TooLarge):
    """A file may hold at most 20 MB."""

    title = "文件太大，每个文件最多 20 MB"


class NotReady(Invalid):
    """The draft still has open questions or missing documents; the errors name each."""

    title = "还有内容没有填完"


class WrongAnswers(Invalid):
    """Some answers need another look; each is named with what to do."""

    title = "有些内容需要再看一下"


class AlreadyRated(Conflict):
    """Each case is rated once."""

    title = "您已经评价过了"


class NotRatedNow(Conflict):
    """Only a case that has ended can be rated, and only where the item takes ratings."""

    title = "这个办件现在不能评价"


class WrongNumber(Invalid):
    """The check character of a case number does not fit: one character was mistyped."""

    title = "办件编号输入有误，请核对每一位"


class FilesNotScanned(Conflict):
    """A decision waits until every file of the case has been scanned and none is infected."""

    title = "还有附件没有通过安全扫描"


class BadDefinition(Invalid):
    """A form or process definition breaks a rule; each error names the place."""

    title = "表单定义有误"


class TakenByColleague(Conflict):
    """A colleague handles this case; a supervisor can give it to somebody else."""

    title = "同事正在办理这个办件"


class AskedBefore(Conflict):
    """Everything missing is named once. A second request is the supervisor's, with a reason."""

    title = "补正只能一次性告知，再次补正需要负责人说明理由"


class OwnCase(Forbidden):
    """Nobody handles a case of their own; a colleague will."""

    title = "自己的申请要由同事办理"


class PapersOwed(Conflict):
    """A paper that the decision needs is still owed; its applicant gives it on the page of the case."""

    title = "还有材料没有补交"


class NothingOwed(Conflict):
    """No paper of this case is owed."""

    title = "这个办件没有要补交的材料"


class NotLater(Conflict):
    """The form does not let this paper be given later, or a promise stand for it."""

    title = "这份材料不能后补，也不能用承诺代替"


class PromisesBarred(Conflict):
    """A promise was not kept: for a year papers have to be there. The day is given; an appeal is possible."""

    title = "现在不能用承诺代替材料"


class PromiseChecked(Conflict):
    """The promise has been checked, or its appeal made, already."""

    title = "这份承诺已经处理过了"


class NoSuchPromise(NotFound):
    """There is no promise under this address, or it is not yours to see."""

    title = "没有这份承诺"


class NoSuchCounter(NotFound):
    """There is no such turn at a counter of yours, or the code of the draft has been used or has run out."""

    title = "没有这个窗口代办，或者交接码已失效"


class CounterClosed(Gone):
    """The ticket is closed: what was filled in is the person's alone again."""

    title = "这个窗口代办已经结束"


class NoSuchApplicant(NotFound):
    """Nobody with this number has an account with a proven name; they prove it at the counter for accounts first."""

    title = "没有找到这个人的实名账号"


class NotConfirmed(Conflict):
    """The person has not agreed yet: with the code sent to their phone, or with a signature whose scan is kept."""

    title = "申请人还没有确认"


class NothingToAgree(Conflict):
    """No sheet lies before the person: nothing was chosen, or it was agreed to already."""

    title = "没有等着同意的授权单"


class WrongCounterCode(Invalid):
    """The code is not the one that was sent, or it has run out."""

    title = "验证码不正确"


class NotToBounce(Conflict):
    """Only a case that has just been handed on goes back: within one working day, and not once the bureau has decided."""

    title = "这个办件不能退回了"


class NoSuchOpinion(NotFound):
    """There is no such question to your department, or it has been answered or recalled."""

    title = "没有这份会办"


class OpinionsOpen(Conflict):
    """Another department was asked and has not answered; recall the question, or wait for its day."""

    title = "还有部门没有答复会办意见"


class SpecialBefore(Conflict):
    """Each procedure stops the clock of a case once."""

    title = "这项特别程序已经用过一次"


class ExtendedBefore(Conflict):
    """A case is given more days once."""

    title = "办理期限只能延长一次"


class TooLateToExtend(Conflict):
    """The days that the law gives are over: nothing can be extended any more."""

    title = "法定期限已过，不能再延长"


class NoRegistration(Conflict):
    """No registration of this case waits for a clerk."""

    title = "这个办件没有要人工处理的登记"


class NoHandOver(Conflict):
    """Nothing of this kind waits for a clerk: it is on its way, or done."""

    title = "这一项没有要再送的"


class NoCertificate(Conflict):
    """This case did not end with a certificate that could be revoked or reissued."""

    title = "这个办件没有可以处理的证照"


class NotAssessed(Conflict):
    """The certificate says what an assessment found out, and none has arrived yet."""

    title = "评定结果还没有送到，暂时不能批准"


class TransferredOften(Conflict):
    """The case has been handed on twice; where it belongs is now the supervisor's to decide."""

    title = "这个办件已经转过两次，再转要由负责人决定"


class NothingPosted(Gone):
    """Nothing is posted under this number, or not any more: objections are taken until the last day that the notice names."""

    title = "没有这件公示，或者公示已经结束"


class OwnNotice(Conflict):
    """Nobody objects to a case of their own; it can be withdrawn."""

    title = "这是您自己的申请，不用提异议"


class ObjectedBefore(Conflict):
    """You have objected to this case already; the answer comes to that."""

    title = "您已经提过异议了"


class NoSuchObjection(NotFound):
    """There is no such objection to this case."""

    title = "没有这份异议"


class ObjectionAnswered(Conflict):
    """Somebody has answered it meanwhile, or the case has ended."""

    title = "这份异议已经答复过了"


class ObjectionsOpen(Conflict):
    """Somebody has objected to the notice of this case and waits for an answer."""

    title = "还有公示异议没有答复"


class NoSuchBackOffice(NotFound):
    """The city names no department's own system of this code."""

    title = "没有这个业务系统"


class BackEventNotSigned(Unauthorized):
    """The event is not signed with this system's secret, or it is older than five minutes: nothing of it was kept."""

    title = "签名不对，没有收下"


class NotRegisteredHere(NotFound):
    """No case is known under this number of the system, or not yet: its answer may still be on its way. Send the event again later."""

    title = "没有登记在这个编号下的办件"
