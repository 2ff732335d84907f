"""Who may do what with a certificate."""

from onedoor.kernel.problems import Forbidden
from onedoor.kernel.work import Actor
from onedoor.orgs.models import OrgId

from .models import Grants


def may_issue(actor: Actor, issuer: OrgId) -> None:
    """A department issues in its own name; jobs act for the department whose decision they carry out."""
    if not actor.system and actor.org != issuer:
        raise Forbidden("a certificate is issued by a member of its department")


def may_revoke(actor: Actor) -> None:
    """The grant; that the certificate is one of the own department is seen when it is looked up."""
    if actor.system:
        return
    if Grants.REVOKE not in actor.grants or actor.org is None:
        raise Forbidden(needs=str(Grants.REVOKE))


def may_ask(actor: Actor) -> None:
    """A member of an enrolled organisation asks wallets in its name; for what, its entry in the city's list says."""
    if Grants.ASK not in actor.grants or actor.org is None:
        raise Forbidden(needs=str(Grants.ASK))
