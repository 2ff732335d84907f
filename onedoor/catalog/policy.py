"""Who may teach the search what an item is called."""

from onedoor.kernel.ids import Id
from onedoor.kernel.problems import Forbidden
from onedoor.kernel.work import Actor

from .models import Grants


def may_teach(actor: Actor) -> None:
    """Whoever publishes."""
    if Grants.PUBLISH not in actor.grants:
        raise Forbidden(needs=str(Grants.PUBLISH))


def may_name(actor: Actor, office: Id | None) -> None:
    """Items of their own department; every item, when the whole city is their district."""
    may_teach(actor)
    if actor.org != office and not any("." not in path for path in actor.districts):
        raise Forbidden(needs=str(Grants.PUBLISH))
