"""一并申报: what rooms above make cases of. One set of answers becomes several cases; each is made once and says what it is part of."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from onedoor.cases.errors import NoSuchAttachment
from onedoor.cases.models import Attachment, AttachmentId, Case, CaseId, DraftId, Scan
from onedoor.cases.store import bundles as store
from onedoor.cases.store import drafts as drafts_store
from onedoor.cases.store import files
from onedoor.identity import service as identity
from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import Text
from onedoor.kernel.ids import to_builtins
from onedoor.kernel.jobs import enqueue
from onedoor.kernel.work import Work

from .definitions import form_of
from .drafts import me
from .submitting import About, submit_answers, unique_key


class Part(Struct, frozen=True):
    """One case to be made: of which item, with which answers, with which files as which papers, under which key, and what it is part of."""

    item: str
    answers: Mapping[str, Any]
    files: Mapping[AttachmentId, str]
    key: UUID
    channel: str
    href: str
    title: Text


async def hand_in(work: Work, part: Part) -> Case:
    """Make the case, or find it when it was made before. Files are the case's own copies: several cases may need the same paper."""
    known = await files.by_key(work.db, me(work), unique_key(me(work), str(part.key)))
    if known is not None:
        found = await files.shown(work.db, me(work), known.id)
        assert found is not None, "the key's case is the person's own"
        return found
    form = await form_of(work, part.item)
    held = form.held({name: fact.value for name, fact in (await identity.facts(work, me(work))).items()})
    answers = {name: value for name, value in part.answers.items() if name not in held}
    about = About(part.channel, {"part_of": {"href": part.href, "title": to_builtins(part.title)}})
    copies = [one.id for one in await _copied(work, part.files)]
    return (await submit_answers(work, part.item, answers, copies, str(part.key), about)).case


async def _copied(work: Work, wanted: Mapping[AttachmentId, str]) -> list[Attachment]:
    found = [one for ident in wanted if (one := await drafts_store.file(work.db, me(work), ident))]
    if len(found) != len(wanted):
        raise NoSuchAttachment()
    copies = [replace(one, id=AttachmentId.new(), draft_id=None, case_id=None, document=wanted[one.id]) for one in found]
    for one in copies:
        await drafts_store.add_file(work.db, one)
        if one.scan is Scan.WAITING:
            await enqueue(work.db, "cases.scan", {"citizen": str(one.citizen_id), "file": str(one.id)})
    return copies


async def end_draft(work: Work, draft: DraftId) -> None:
    """The draft has become something else. Its files stay under its name until `forget` takes them."""
    await store.end_draft(work.db, me(work), draft)


async def gather(work: Work, draft: DraftId, loose: Sequence[AttachmentId]) -> list[Attachment]:
    """Files that belong to nothing yet are kept under this name, as those of a draft would be."""
    if loose and await store.gather(work.db, me(work), draft, list(loose)) != len(set(loose)):
        raise NoSuchAttachment()
    return await drafts_store.files_of_draft(work.db, me(work), draft) if loose else []


async def forget(work: Work, citizen: PersonId, draft: DraftId) -> None:
    """Nothing is going to need these files any more; each case has its own."""
    await store.forget(work.db, citizen, draft)


def key_of(work: Work, key: str) -> UUID:
    """A program's key as this person's own."""
    return unique_key(me(work), key)


async def applied(work: Work, citizen: PersonId, item: str) -> bool:
    """Whether a person has applied for this already, and it goes on or was granted."""
    return bool(await store.applied(work.db, citizen, item))


async def some(work: Work, cases: Sequence[CaseId]) -> dict[CaseId, Case]:
    """Those of my cases, in one statement."""
    return {case.id: case for case in await store.some(work.db, me(work), list(cases))} if cases else {}
