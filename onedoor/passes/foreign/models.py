"""What a certificate of another system is worth."""

from enum import StrEnum

from msgspec import Struct


class Result(StrEnum):
    """The one word that a gate acts on."""

    VALID = "valid"
    EXPIRED = "expired"
    NOT_YET = "not_yet"
    REVOKED = "revoked"
    UNKNOWN_ISSUER = "unknown_issuer"
    WRONG_KEY = "wrong_key"
    """The key is real, but its holder may not sign certificates of this kind."""
    FORGED = "forged"
    DAMAGED = "damaged"
    FOREIGN = "foreign"


class Bad(ValueError):
    """The text stops being believed; `result` says as what."""

    def __init__(self, result: Result, why: str) -> None:
        super().__init__(why)
        self.result, self.why = result, why


def damaged(why: str) -> Bad:
    return Bad(Result.DAMAGED, why)


class Verdict(Struct, frozen=True):
    """The answer. Of the person only what a guard compares with a passport; `why` is for the log, never for the screen."""

    result: Result
    system: str
    why: str = ""
    issuer: str = ""
    kind: str = ""
    holder: str = ""
    born: str = ""
    until: int | None = None
