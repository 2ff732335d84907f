"""Refusals of the wallet."""

from onedoor.kernel.problems import Conflict, Invalid, NotFound, Problem


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


class NoSuchOffer(NotFound):
    """There is no such offer: it has been taken, has run out, or never was."""

    title = "这个领取码已失效"


class WalletRefused(Problem):
    """Another wallet or a verifier asked for something that cannot be given; `error` is the code of OpenID4VCI or OpenID4VP."""

    title = "这个请求不能完成"


class NoSuchPurpose(NotFound):
    """Your organisation is not enrolled to ask wallets for this purpose."""

    title = "没有登记这个核验用途"


class NoSuchQuestion(NotFound):
    """There is no such question to a wallet: it has been answered, has run out, or is another organisation's."""

    title = "这次核验已结束或不存在"


class NoSuchCopy(NotFound):
    """There is no such copy of a certificate, or it is no longer valid."""

    title = "这份加注件不存在或已失效"


class NoCertificateConsent(NotFound):
    """There is no consent to read this, or it has been withdrawn or used."""

    title = "没有可用的授权"
