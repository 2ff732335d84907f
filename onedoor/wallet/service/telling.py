"""What a holder is told when a certificate comes, changes or ends."""

import datetime as dt

from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import ENGLISH, SOURCE, Text, day, text
from onedoor.kernel.work import Work
from onedoor.notify import service as notify
from onedoor.wallet.models import Cert, CertId, CertType


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


async def ending(work: Work, citizen: PersonId, cert: CertId, kind: CertType, last: dt.date) -> None:
    """While there is still time to have the next one made."""
    words = {"name": kind.name, "date": Text(day(SOURCE, last, year=True), day(ENGLISH, last, year=True)), "n": (last - work.today).days}
    await notify.send(
        work, citizen, text("{name}快到期了", name=kind.name),
        text("您的{name}{date}到期，还有 {n} 天。以后还要用的，请提前办理换证。", **words),
        f"/wallet/{cert}", "wallet.ending",
    )  # fmt: skip


async def moved(work: Work, cert: Cert, kind: CertType) -> None:
    """So that a transfer nobody meant is noticed."""
    await notify.send(
        work, cert.citizen_id, text("{name}已放进另一个卡包", name=kind.name),
        text("您的{name}已放进另一个卡包应用。不是您本人操作，请打开证照，把它收回。", name=kind.name),
        f"/wallet/{cert.id}", "wallet.moved",
    )  # fmt: skip
