"""What identity refuses."""

from onedoor.kernel.problems import Conflict, Invalid, NeedsHigherAssurance, NotFound, TooMany, Unavailable


class WrongCode(Invalid):
    """The one-time code is not right, has been used, or is older than five minutes. After five wrong tries ask for a new one."""

    title = "验证码不正确或已失效"


class TooManyCodes(TooMany):
    """Too many one-time codes were asked for, for this phone or from this network; `retry_after` seconds later it will work again."""

    title = "获取验证码太频繁，请稍后再试"


class TooManyTries(TooMany):
    """Too many codes were tried from this network; `retry_after` seconds later it will work again."""

    title = "尝试次数太多，请稍后再试"


class TooManyChecks(TooMany):
    """Too many real-name checks that did not match; `retry_after` seconds later it will work again."""

    title = "实名核对次数太多，请稍后再试"


class NotMatched(Invalid):
    """The name and the identity number do not belong together in the population register. It is not said which part is wrong."""

    title = "姓名与身份证号核对不一致"


class RegisterContradicts(Conflict):
    """The population register's own row contradicts the identity number; a police station can put it right."""

    title = "人口登记信息与身份证号不一致"


class IdNumberTaken(Conflict):
    """The identity number already belongs to another account. One person has one account: sign in with that phone, or have it moved."""

    title = "这个身份证号已在另一个账户实名"


class AlreadyProven(Conflict):
    """This account has passed the real-name check for somebody else; a second person needs an account of their own."""

    title = "本账户已经实名，不能改为另一个人"


class RegisterAway(Unavailable):
    """The population register does not answer at the moment. Nothing was stored; repeating later is safe."""

    title = "人口库暂时没有回应，请稍后再试"


class NoSuchAccess(NotFound):
    """There is no such record of a look among your own."""

    title = "没有这条访问记录"


class NoSuchSession(NotFound):
    """This device is not signed in to your account, or no longer."""

    title = "没有这台设备"


class NeedsRealName(NeedsHigherAssurance):
    """The matter needs a proven real name; `step_up` is the page where it is given."""

    title = "请先完成实名认证"


class Incomplete(Invalid):
    """A person to be loaded as proven lacks a name or has a wrong identity number."""

    title = "人员资料不完整"
