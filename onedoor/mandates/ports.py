"""What the room asks of the world outside. A port that does not answer raises OSError."""

from typing import Protocol

from .models import Company, Kinship, Reply, Warded


class FamilyRegister(Protocol):
    """人口库: who cares for whom by law?"""

    async def kinship(self, guardian: str, ward: str) -> Kinship | None:
        """By both identity numbers; None when the register knows of nothing."""
        ...

    async def wards(self, guardian: str) -> list[Warded]:
        """Whom somebody cares for by law."""
        ...


class CompanyRegister(Protocol):
    """市场主体登记: who represents which organisation by law?"""

    async def company(self, uscc: str) -> Company | None:
        """By its code; None when the register has none, or has struck it off."""
        ...

    async def represented(self, id_number: str) -> list[Company]:
        """Those that somebody represents."""
        ...


class SmsReplies(Protocol):
    """短信上行: what people send to the city's number."""

    async def replies(self, after: int) -> list[Reply]:
        """Those with a higher number, in order, a hundred at most."""
        ...
