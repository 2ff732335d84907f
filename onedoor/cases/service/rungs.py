"""阶梯 What a form offers when a register does not answer, or its person does not allow it: the own certificate, or a promise. Which of
them, each question's binding says; whoever takes neither types the answer, and it is compared later.
"""

from collections.abc import Collection

from msgspec import Struct

from onedoor.cases.forms.building import PROMISE, WALLET
from onedoor.cases.forms.engine import Question
from onedoor.cases.models import DraftId, How
from onedoor.exchange.models import MISSED
from onedoor.kernel.i18n import Text
from onedoor.kernel.work import Work
from onedoor.wallet import service as wallet
from onedoor.wallet.models import CertId
from onedoor.wallet.service.using import Use

from . import promising
from .definitions import process_of
from .drafts import Desk, me, opened


class Rungs(Struct, frozen=True):
    """What is offered for some questions: certificates of mine, and for which a promise may stand, in the words that are signed."""

    uses: list[Use] = []
    promises: dict[str, Text] = {}


async def rungs(work: Work, desk: Desk, names: Collection[str]) -> Rungs:
    """For these questions. Nobody does either for another person."""
    asked = [] if work.actor.behalf else missed(desk, names)
    if not asked:
        return Rungs()
    wanted = {q.element for q in asked if WALLET in q.ladder}
    uses = await wallet.uses(work, wanted) if wanted else []
    promised = {q.name: promising.fact_words(promising.title_of(q)) for q in asked if PROMISE in q.ladder}
    return Rungs(uses, promised if promised and await promising.free(work, me(work)) else {})


def missed(desk: Desk, names: Collection[str]) -> list[Question]:
    """Questions whose register did not tell, and that the form lets be answered in another way."""
    found = [desk.form.questions[name] for name in names if name in desk.form.questions]
    return [q for q in found if q.ladder and (field := desk.fields.get(q.element)) is not None and field.state in MISSED]


async def use(work: Work, draft_id: DraftId, which: CertId) -> Desk:
    """One press: everything that this certificate tells and no register did, for this form."""
    desk = await opened(work, draft_id, lock=True)
    wanted = {q.element for q in missed(desk, desk.form.questions) if WALLET in q.ladder}
    if not wanted:  # pressed twice, or the register has answered meanwhile
        await wallet.show(work, which)
        return desk
    process = await process_of(work, desk.draft.item)
    await wallet.use(work, which, wanted, desk.draft.item, desk.draft.title, process.org_ref)
    return await opened(work, draft_id)


def promisable(desk: Desk, code: str) -> bool:
    """Whether a promise may stand for this fact, by its pointer."""
    return any(f"/{q.name}" == code and PROMISE in q.ladder for q in missed(desk, desk.form.questions))


def promised(desk: Desk, names: Collection[str]) -> bool:
    """Whether the person has promised every one of these."""
    later = desk.draft.later
    return all(f"/{name}" in later and later[f"/{name}"].how is How.PROMISE for name in names)
