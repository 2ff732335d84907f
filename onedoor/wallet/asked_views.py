"""What pages say of questions to wallets: which facts would go out, and which came in."""

from typing import Any

from msgspec import Struct

from onedoor.kernel.i18n import pick
from onedoor.kernel.work import Work

from . import service, words
from .models import Cert, Purpose, Wish


class Fact(Struct, frozen=True):
    """One fact by its label."""

    label: str
    value: str


class Way(Struct, frozen=True):
    """One certificate that could answer, and exactly what would be shown of it."""

    type: str
    name: str
    lines: list[Fact]
    fits: bool


async def way(work: Work, wish: Wish, cert: Cert) -> Way:
    kind = await service.type_of(work, cert.type)
    known, facts = words.labels(work.locale, kind), service.facts(work, cert, kind)
    lines = [Fact(known.get(name, name), words.fact(work.locale, kind, name, facts.get(name, ""))) for name in wish.claims]
    fits = all(name in facts and (not wish.values or facts[name] in wish.values) for name in wish.claims)
    return Way(cert.type, pick(work.locale, kind.name), lines, fits)


async def answered(work: Work, purpose: Purpose, claims: dict[str, Any]) -> list[Fact]:
    """What came back, by the labels of the type it was asked of."""
    wish = next((one for one in purpose.wants if set(one.claims) == set(claims)), purpose.wants[0])
    kind = await service.type_of(work, wish.type)
    known = words.labels(work.locale, kind)
    return [Fact(known.get(name, name), words.fact(work.locale, kind, name, value)) for name, value in claims.items()]
