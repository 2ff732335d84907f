"""好差评: what an applicant says of how a case was handled. Pure."""
from datetime import datetime

from msgspec import Struct

from onedoor.identity.models import PersonId

from .models import CaseId


class Rating(Struct, frozen=True):
    """好差评: one judgement of one stage of one case."""

    citizen_id: PersonId
    case_id: CaseId
    stage: str
    stars: int
    tags: list[str]
    words: str
    at: datetime
