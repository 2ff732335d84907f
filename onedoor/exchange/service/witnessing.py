"""窗口授权 A consent that was given at a counter: by a code that the person read out, or with a signature on paper that is kept.

By telephone 电话授权 it is the same code, read back in a call that the house's telephone system has recorded: without the number of the
recording nothing is agreed to.
"""

import asyncio
import re

from msgspec.structs import replace

from onedoor.exchange import policy
from onedoor.exchange.errors import NoSuchConsent, NoSuchSheet
from onedoor.exchange.records import Channel, Consent, ConsentId, SheetId, Signed, Witnessed
from onedoor.exchange.store import people
from onedoor.identity import service as identity
from onedoor.identity.models import PersonId
from onedoor.kernel import scanning
from onedoor.kernel.i18n import Text, say, text
from onedoor.kernel.jobs import enqueue
from onedoor.kernel.papers import Paper
from onedoor.kernel.ports import Ports, Scan, Vault
from onedoor.kernel.problems import Invalid
from onedoor.kernel.text import fold
from onedoor.kernel.work import Begin, Work
from onedoor.notify import service as notify
from onedoor.orgs import service as orgs
from onedoor.orgs.models import OrgId

RECORDING = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{3,39}")


def by(given: Consent, seen: Witnessed) -> Consent:
    """The same consent with who was there."""
    policy.may_witness(given.citizen_id, seen)
    channel = Channel.PAPER if seen.paper else Channel.VOICE if seen.recording else Channel.COUNTER
    return replace(
        given, channel=channel, witness_ref=seen.staff, office_ref=seen.office, paper_id=seen.paper, recording=seen.recording
    )


def recording_of(locale: str, typed: str) -> str:
    """The number of a call's recording as it was typed; none when nobody was on the telephone."""
    number = fold(typed).strip()
    if number and not RECORDING.fullmatch(number):
        words = say(locale, "录音编号不对，请照通话录音系统填写：4 到 40 个字母、数字或短横线")
        raise Invalid(errors=[{"pointer": "/recording", "detail": words}], values={"recording": typed})
    return number


async def keep(work: Work, citizen: PersonId, paper: Paper, sha256: str) -> SheetId:
    """The scan of what somebody has signed; the vault has its content already."""
    made = Signed(citizen, SheetId.new(), sha256, len(paper.content), paper.kind, paper.name, Scan.WAITING, work.now)
    await people.add_sheet(work.db, made)
    await enqueue(work.db, "exchange.scan", {"citizen": str(citizen), "sheet": str(made.id)})
    return made.id


async def scan(begin: Begin, ports: Ports, citizen: PersonId, which: SheetId) -> None:
    """Ask the scanner about a signed sheet, and write down what it says."""

    async def find(work: Work) -> str | None:
        found = await people.sheet(work.db, citizen, which)
        return found.sha256 if found and found.scan is Scan.WAITING else None

    async def write(work: Work, verdict: Scan) -> None:
        await people.scanned(work.db, citizen, which, str(verdict))

    await scanning.scan(begin, ports, "exchange.scan", find, write)


async def signed(begin: Begin, ports: Ports, citizen: PersonId, which: ConsentId) -> tuple[Signed, bytes]:
    """What I have signed, to look at again; what the scan found harmful is shown to nobody."""
    async with begin() as work:
        given = await people.consent(work.db, citizen, which)
        found = await people.sheet(work.db, citizen, given.paper_id) if given and given.paper_id else None
    if given is None:
        raise NoSuchConsent()
    if found is None or found.scan is Scan.INFECTED:
        raise NoSuchSheet()
    try:
        return found, await asyncio.to_thread(ports.get(Vault).get, found.sha256)
    except LookupError as gone:
        raise NoSuchSheet() from gone


async def still_listed(work: Work, hashes: set[str]) -> set[str]:
    """Which of these contents a consent rests on."""
    return {blob.sha256 for blob in await people.still_listed(work.db, sorted(hashes))} if hashes else set()


async def told(work: Work, given: Consent) -> None:
    """The person reads it, by text message as well where nobody is signed in."""
    body = text("{words}不是您的意思？打开“我的取数授权”可以马上收回，或者到窗口收回。", words=given.shown)
    title = text("您在{office}窗口授权了取数", office=await office_of(work, given.office_ref))
    if given.recording:
        title = text("您在电话里授权{office}取数", office=await office_of(work, given.office_ref))
        body = text(
            "{words}这次通话有录音，编号 {recording}。不是您的意思？打开“我的取数授权”可以马上收回，或者到窗口收回。",
            words=given.shown, recording=given.recording,
        )  # fmt: skip
    await _tell(work, given, title, body, "consented")


async def ended(work: Work, found: Consent) -> None:
    """Taken back at a counter, and the person reads it too."""
    body = text("“{words}”不再有效，取来的信息已经删掉。", words=found.shown)
    await _tell(work, found, text("您的一份取数授权已在窗口收回"), body, "consent_ended")


async def _tell(work: Work, given: Consent, title: Text, body: Text, stage: str) -> None:
    silent = not await identity.reached_here(work, given.citizen_id)
    await notify.send(work, given.citizen_id, title, body, "/me/consents", f"exchange.{stage}", sms=silent)


async def office_of(work: Work, which: OrgId | None) -> Text:
    """The department whose counter it was."""
    found = await orgs.department_of(work, which) if which else None
    return found.name if found else Text("")
