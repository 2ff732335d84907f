"""Refusals of the wallet."""

from onedoor.kernel.problems import Conflict, Invalid, NotFound


class NoSuchCertificate(NotFound):
    """There is no such certificate in this wallet, or among those your department has issued."""

    title = "没有找到这张证照"


class NoSuchCertificateType(NotFound):
    """The city does not issue certificates of this type."""

    title = "没有这种证照"


class CertificateNotEffective(Conflict):
    """The certificate has been revoked, replaced or has expired; only an effective one can be shown, revoked or reissued."""

    title = "这张证照已失效"


class NumberTaken(Conflict):
    """The issuing department has already given this number to another certificate of the same type."""

    title = "证照编号已被使用"


class ClaimsDoNotFit(Invalid):
    """A field is not one of the certificate's type, or its value is not of the field's kind; `errors` names each."""

    title = "证照内容与证照类型不符"


class TypesDoNotFit(Invalid):
    """The certificate types of a city hold mistakes; `errors` names each."""

    title = "证照类型数据有误"
