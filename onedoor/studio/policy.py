"""Who may: an editor what is the own department's, a second person reads it, the services bureau publishes all."""

from onedoor.kernel.problems import Forbidden
from onedoor.kernel.work import Actor

from .errors import NoSuchServiceDraft, NotInThatState, NotTheSamePerson
from .models import Draft, Grants, State


def sees_all(actor: Actor) -> bool:
    """The bureau that publishes sees the drafts of every department."""
    return Grants.PUBLISH in actor.grants


def may_see(actor: Actor, draft: Draft) -> None:
    """The own department's drafts; another's are not there."""
    if actor.org != draft.org_ref and not sees_all(actor):
        raise NoSuchServiceDraft(draft=str(draft.id))


def may_edit(actor: Actor, draft: Draft) -> None:
    """Editors of the department, while nobody is reading it."""
    _holds(actor, Grants.EDIT)
    if actor.org != draft.org_ref:
        raise NoSuchServiceDraft(draft=str(draft.id))
    must_stand(draft, State.EDITING)


def may_review(actor: Actor, draft: Draft) -> None:
    """A second person of the same department."""
    _holds(actor, Grants.REVIEW)
    if actor.org != draft.org_ref:
        raise NoSuchServiceDraft(draft=str(draft.id))
    may_not_have_written(actor, draft)


def may_publish(actor: Actor, draft: Draft) -> None:
    """The bureau; not whoever has written or read it before."""
    _holds(actor, Grants.PUBLISH)
    may_not_have_written(actor, draft)
    if actor.id == draft.endorsed_by:
        raise NotTheSamePerson()


def may_not_have_written(actor: Actor, draft: Draft) -> None:
    """Four eyes."""
    if actor.id in draft.editors:
        raise NotTheSamePerson()


def must_stand(draft: Draft, *states: State) -> None:
    """Refuse what the draft's state does not allow."""
    if draft.state not in states:
        raise NotInThatState(draft=str(draft.id), state=str(draft.state))


def _holds(actor: Actor, grant: Grants) -> None:
    if grant not in actor.grants:
        raise Forbidden(needs=str(grant))
