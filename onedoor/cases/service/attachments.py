"""Files: looked into before they are kept, kept encrypted, scanned by a job, shown to the applicant and the clerk of the case."""
import asyncio

from msgspec import Struct

from onedoor.cases.errors import NoSuchAttachment, NoSuchCase, NoSuchDraft, TooManyFiles
from onedoor.cases.models import Attachment, AttachmentId, Case, CaseId, DraftId, Scan, Status
from onedoor.cases.ports import Vault
from onedoor.cases.store import drafts as store
from onedoor.cases.store import files
from onedoor.cases.uploads import looked_into
from onedoor.identity.models import PersonId
from onedoor.kernel import scanning
from onedoor.kernel.i18n import say
from onedoor.kernel.jobs import enqueue
from onedoor.kernel.ports import Ports
from onedoor.kernel.work import Begin, Work

from . import acting, infected, owing, telling
from .drafts import LIFE, me

MOST_FILES = 30


class Upload(Struct, frozen=True):
    """A file on its way in, and what it answers to: a paper of a draft, one asked for by a case, or nothing yet."""

    name: str
    content: bytes
    document: str = ""
    draft: DraftId | None = None
    case: CaseId | None = None


async def keep(begin: Begin, vault: Vault, upload: Upload, most: int = MOST_FILES) -> Attachment:
    """Look into the file and keep it. The database is not held while pictures are decoded; where the file belongs is asked once more
    afterwards, and held until it is there: what has been handed in meanwhile takes none."""
    async with begin() as work:
        await _room_for(work, upload, most)
        locale = work.locale
    paper = await looked_into(locale, upload.name, upload.content)
    sha256 = await asyncio.to_thread(vault.put, paper.content)
    async with begin() as work:
        await _room_for(work, upload, most, hold=True)
        kept = Attachment(
            me(work), AttachmentId.new(), upload.draft, upload.case, upload.document, sha256, len(paper.content), paper.kind, paper.name,
            Scan.WAITING, work.now,
        )  # fmt: skip
        await store.add_file(work.db, kept)
        await acting.uploaded(work, kept)
        await enqueue(work.db, "cases.scan", {"citizen": str(kept.citizen_id), "file": str(kept.id)})
    return kept


async def _room_for(work: Work, upload: Upload, most: int, *, hold: bool = False) -> None:
    citizen = me(work)
    if upload.draft is not None:
        draft = await (store.locked if hold else store.shown)(work.db, citizen, upload.draft)
        if draft is None or draft.expires_at <= work.now or not acting.reaches(work, draft.item):
            raise NoSuchDraft(draft=str(upload.draft))
        have = await store.files_of_draft(work.db, citizen, upload.draft)
        if hold:  # a paper is a change like an answer
            await store.put_later(work.db, citizen, draft.id, draft.later, work.now, work.now + LIFE)
    elif upload.case is not None:
        case = await (files.locked if hold else files.shown)(work.db, citizen, upload.case)
        if case is None or not acting.reaches(work, case.item) or not await _takes(work, case, upload.document):
            raise NoSuchCase(case=str(upload.case))
        have = await store.files_of_case(work.db, citizen, upload.case)
    else:
        if await store.count_loose(work.db, citizen) >= MOST_FILES:
            raise TooManyFiles(most=MOST_FILES)
        return
    of_document = sum(f.document == upload.document for f in have)
    if len(have) >= MOST_FILES or of_document >= most:
        raise TooManyFiles(say(work.locale, "最多 {n} 个文件，请先删掉一个", n=min(most, MOST_FILES)), most=min(most, MOST_FILES))


async def _takes(work: Work, case: Case, document: str) -> bool:
    """Whether a case waits for files: any while it asks for supplements, else the papers that are owed."""
    if case.status is Status.SUPPLEMENTING:
        return True
    return document in {o.document for o in await owing.open_papers(work, case)}


async def remove(work: Work, draft: DraftId, attachment: AttachmentId) -> None:
    """Take a file away from a draft; its content goes with the nightly sweep. Taking it away twice is no fault."""
    if work.actor.behalf is not None:
        await mine(work, attachment)
    await store.drop_file(work.db, me(work), draft, attachment)


async def mine(work: Work, attachment: AttachmentId) -> Attachment:
    """One of my files; an agent has only what the agent has uploaded."""
    found = await of(work, me(work), attachment)
    if not await acting.may_open(work, found):
        raise NoSuchAttachment()
    return found


async def of(work: Work, citizen: PersonId, attachment: AttachmentId) -> Attachment:
    """One file of a person; who may ask is the caller's to decide."""
    found = await store.file(work.db, citizen, attachment)
    if found is None:
        raise NoSuchAttachment()
    return found


async def content(ports: Ports, attachment: Attachment) -> bytes:
    """What is in the file; infected files are shown to nobody."""
    if attachment.scan is Scan.INFECTED:
        raise NoSuchAttachment()
    try:
        return await asyncio.to_thread(ports.get(Vault).get, attachment.sha256)
    except LookupError as gone:
        raise NoSuchAttachment() from gone


async def scan(begin: Begin, ports: Ports, citizen: PersonId, attachment: AttachmentId) -> None:
    """Ask the scanner and write down what it says; of an infected file its owner is told, and asked for another where a case takes one."""

    async def find(work: Work) -> str | None:
        found = await store.file(work.db, citizen, attachment)
        return found.sha256 if found and found.scan is Scan.WAITING else None

    async def write(work: Work, verdict: Scan) -> None:
        if verdict is Scan.INFECTED and (before := await store.file(work.db, citizen, attachment)) and before.case_id:
            await files.locked(work.db, citizen, before.case_id)  # the case first, as whoever answers a request does
        await store.scanned(work.db, citizen, attachment, verdict)
        found = await store.file(work.db, citizen, attachment)
        if found and verdict is Scan.INFECTED and not await infected.ask(work, found):
            await telling.infected(work, found)

    await scanning.scan(begin, ports, "cases.scan", find, write)


async def of_case(work: Work, citizen: PersonId, case: CaseId) -> list[Attachment]:
    """The files of one case; who may ask is the caller's to decide."""
    return await store.files_of_case(work.db, citizen, case)
