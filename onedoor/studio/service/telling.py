"""Who is told, in the inbox: readers when a draft waits for them, its editors what became of it."""

from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import Text, text
from onedoor.kernel.ids import convert
from onedoor.kernel.jobs import enqueue
from onedoor.kernel.work import Work
from onedoor.notify import service as notify
from onedoor.orgs import service as orgs
from onedoor.studio import store
from onedoor.studio.models import Draft, DraftId, Grants, State

TELL = "studio.tell"
SENT, REMARKED, RETURNED, ENDORSED, PUBLISHED = "sent", "remarked", "returned", "endorsed", "published"


async def soon(work: Work, draft: DraftId, what: str, stands: State = State.EDITING) -> None:
    """Once this has been committed; whoever did it is not told. `stands` is the state in which it waits for a reader."""
    await enqueue(work.db, TELL, {"draft": str(draft), "what": what, "by": str(work.actor.id or ""), "stands": str(stands)})


async def tell(work: Work, draft_id: DraftId, what: str, by: str, stands: str) -> None:
    """One message to each who is concerned. A draft that has moved on meanwhile waits for nobody here: its next step tells of itself."""
    draft = await store.draft(work.db, draft_id)
    if draft is None:
        return
    name = convert(draft.bundle["name"], Text)
    href = f"/studio/drafts/{draft.id}"
    if what in (SENT, ENDORSED) and draft.state == stands:
        title, body = text("等您审核：{name}", name=name), text("这份事项草稿轮到您看了。请看过后通过、发布，或者写明意见退回。")
        for person in readers(draft):
            if str(person) != by:
                await notify.send(work, person, title, body, href, "studio.waiting")
    if what != SENT:
        title, body = _said(what, name)
        for person in draft.editors:
            if str(person) != by:
                await notify.send(work, person, title, body, f"{href}#remarks" if what in (REMARKED, RETURNED) else href, f"studio.{what}")


def readers(draft: Draft) -> list[PersonId]:
    """Whose turn it is: the department's second person, then the bureau; nobody who has written or read it before."""
    if draft.state is State.IN_REVIEW:
        found = orgs.clerks_of(draft.org_ref, Grants.REVIEW)
    else:
        found = orgs.holders(Grants.PUBLISH) if draft.state is State.ENDORSED else []
    return [one.person for one in found if one.person not in draft.editors and one.person != draft.endorsed_by]


def _said(what: str, name: Text) -> tuple[Text, Text]:
    return {
        REMARKED: (text("有审核意见：{name}", name=name), text("审核的人写了意见，请看一看。")),
        RETURNED: (text("已退回修改：{name}", name=name), text("请按意见修改后再送审。")),
        ENDORSED: (text("审核通过：{name}", name=name), text("同事已经通过，等政务服务部门发布。")),
        PUBLISHED: (text("已发布：{name}", name=name), text("居民现在就能看到、能办了。")),
    }[what]


async def waiting(work: Work) -> int:
    """How many drafts wait for whoever is signed in; from a hundred on it is not counted further."""
    reviews, publishes = Grants.REVIEW in work.actor.grants, Grants.PUBLISH in work.actor.grants
    if not isinstance(work.actor.id, PersonId) or not (reviews or publishes):
        return 0
    return await store.waiting(work.db, work.actor.id, work.actor.org if reviews else None, publishes, 100)
