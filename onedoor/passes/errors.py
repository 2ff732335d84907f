"""What passes refuses."""

from onedoor.kernel.problems import Conflict, Forbidden, Invalid, NotFound


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
