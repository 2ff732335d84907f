"""申请人: who applies. Pure."""

from enum import StrEnum


class Applicant(StrEnum):
    """申请人: who applies for a service, somebody for themselves, an organisation through whoever acts for it, or either."""

    PERSON = "person"
    FIRM = "firm"
    BOTH = "both"
