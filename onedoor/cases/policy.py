"""Who may: the applicant with what is his, the clerk with what lies in his department and districts."""
from onedoor.identity.models import PersonId
from onedoor.kernel.problems import Forbidden
from onedoor.kernel.work import Actor

from .errors import (
    AskedBefore,
    ForOrganisations,
    ForPeople,
    NeedsRealName,
    NoSuchForm,
    NotOpenForThat,
    NotYourCase,
    OwnCase,
    PersonNotProven,
    TransferredOften,
)
from .models import Applicant, Case, Grants, InboxRow, Move, ProcessVersion, Trial, allows


def may_own(actor: Actor, citizen: PersonId) -> None:
    """Drafts, files and cases are the applicant's, and of whoever stands in for the applicant."""
    if (actor.on_behalf_of if actor.behalf else actor.id) != citizen:
        raise NotYourCase()


def may_be_applicant(actor: Actor, process: ProcessVersion) -> None:
    """Some items are applied for by organisations alone, most by people alone."""
    body = actor.behalf is not None and actor.behalf.body
    if process.applicant is Applicant.FIRM and not body:
        raise ForOrganisations()
    if process.applicant is Applicant.PERSON and body:
        raise ForPeople()


def may_apply(actor: Actor, process: ProcessVersion, next: str) -> None:
    """Some items need a proven name before the first question is asked."""
    may_be_applicant(actor, process)
    is_sure(actor, process.min_assurance, next)


def is_sure(actor: Actor, min_assurance: int, next: str) -> None:
    """As sure of who somebody is as what they want to do takes."""
    if actor.assurance < min_assurance and actor.behalf:
        raise PersonNotProven()
    if actor.assurance < min_assurance:
        raise NeedsRealName(step_up=f"/identity/real-name?next={next}")


def may_try(actor: Actor, trial: Trial | None, item: str) -> None:
    """A service on trial is there for those named in it; for everybody else it is not. Jobs and reactions see it."""
    if trial is not None and not actor.system and actor.id not in trial.people:
        raise NoSuchForm(item=item)


def may_handle(actor: Actor, row: InboxRow) -> None:
    """A clerk handles the cases of the own department in the own districts."""
    _holds(actor, Grants.HANDLE)
    if actor.org != row.org_id or not covers(actor.districts, row.district, row.street):
        raise NotYourCase(case=str(row.case_id))


def may_handle_case(actor: Actor, case: Case) -> None:
    """The same, read from the case itself once it is locked."""
    _holds(actor, Grants.HANDLE)
    if actor.org != case.org_ref or not covers(actor.districts, case.district, case.street):
        raise NotYourCase(case=str(case.id))


def must_allow(case: Case, move: Move) -> None:
    """Refuse a move that the case's status does not allow."""
    if not allows(case.status, move):
        raise NotOpenForThat(case=str(case.id), status=str(case.status), move=str(move))


def may_audit(actor: Actor) -> None:
    """Clocks and rules are counted anew by whoever holds the grant for it."""
    _holds(actor, Grants.AUDIT)


def reaches(actor: Actor, row: InboxRow) -> None:
    """Whoever audits does so in the own districts, whatever department has the case."""
    if not covers(actor.districts, row.district, row.street):
        raise NotYourCase(case=str(row.case_id))


def may_find_by_number(actor: Actor) -> None:
    """Whoever handles cases may look for a person whose number is in front of them, at the own desk and nowhere else."""
    _holds(actor, Grants.HANDLE)


def may_supervise(actor: Actor) -> None:
    """Second requests and reassignment are the supervisor's."""
    _holds(actor, Grants.SUPERVISE)


def may_not_be_own(actor: Actor, citizen: PersonId) -> None:
    """回避: nobody decides on what is their own."""
    if actor.id == citizen:
        raise OwnCase()


def may_ask(actor: Actor, case: Case, reason: str) -> None:
    """一次性告知: once; again only by the supervisor, who says why."""
    if case.supplements and (Grants.SUPERVISE not in actor.grants or not reason):
        raise AskedBefore(case=str(case.id), supplements=case.supplements)


def may_transfer(actor: Actor, transfers: int) -> None:
    """After two departments have handed a case on, the supervisor decides."""
    if transfers >= 2 and not {Grants.SUPERVISE, Grants.ARBITRATE} & actor.grants:
        raise TransferredOften(transfers=transfers)


def supervises(actor: Actor) -> bool:
    """Whether the whole department's list is open to this actor, with every colleague's cases."""
    return Grants.SUPERVISE in actor.grants


def covers(paths: tuple[str, ...], district: str, street: str) -> bool:
    """A grant's path ends in a code, and a code covers everything that begins with it: city 4, district 6, street 9 digits."""
    place = street or district
    return any(place.startswith(path.rpartition(".")[2]) for path in paths)


def _holds(actor: Actor, grant: Grants) -> None:
    if grant not in actor.grants:
        raise Forbidden(needs=str(grant))
