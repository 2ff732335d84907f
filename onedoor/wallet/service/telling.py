"""What a holder is told when a certificate comes, changes or ends."""

from onedoor.kernel.i18n import Text, text
from onedoor.kernel.work import Work
from onedoor.notify import service as notify
from onedoor.wallet.models import Cert, CertType


async def issued(work: Work, cert: Cert, kind: CertType) -> None:
    await notify.send(
        work, cert.citizen_id, text("{name}已放入卡包", name=kind.name),
        text("{issuer}颁发的{name}已放入您的卡包，打开就能亮证。", issuer=kind.issuer_name, name=kind.name),
        f"/wallet/{cert.id}", "wallet.issued",
    )  # fmt: skip


async def reissued(work: Work, cert: Cert, kind: CertType) -> None:
    await notify.send(
        work, cert.citizen_id, text("{name}已换发", name=kind.name),
        text("{issuer}为您换发了{name}。旧证已失效，亮证时请用新证。", issuer=kind.issuer_name, name=kind.name),
        f"/wallet/{cert.id}", "wallet.reissued",
    )  # fmt: skip


async def ended(work: Work, cert: Cert, kind: CertType, reason: Text) -> None:
    """With the reason and where to object: a refusal never stands alone."""
    await notify.send(
        work, cert.citizen_id, text("{name}已失效", name=kind.name),
        text("{issuer}终止了您的{name}。原因：{reason}。有异议请向该部门申诉。", issuer=kind.issuer_name, name=kind.name, reason=reason),
        f"/wallet/{cert.id}", "wallet.ended",
    )  # fmt: skip


async def moved(work: Work, cert: Cert, kind: CertType) -> None:
    """So that a transfer nobody meant is noticed."""
    await notify.send(
        work, cert.citizen_id, text("{name}已放进另一个卡包", name=kind.name),
        text("您的{name}已放进另一个卡包应用。不是您本人操作，请打开证照，把它收回。", name=kind.name),
        f"/wallet/{cert.id}", "wallet.moved",
    )  # fmt: skip
