"""Which agreements together cover what a form needs."""

import datetime as dt

from msgspec import Struct

from onedoor.exchange.dictionary import Agreement, Dictionary
from onedoor.exchange.models import Question


class Group(Struct, frozen=True):
    """What one agreement lets be asked in one call."""

    agreement: Agreement
    elements: list[str]


def grouped(known: Dictionary, question: Question, today: dt.date) -> list[Group]:
    """The elements that somebody has agreed to tell, by agreement. One that has ended is there too, so that the refusal is written down."""
    found: dict[str, Group] = {}
    for element in question.elements:
        resource = known.source_of(element)
        standing = known.standing(question.asker, question.item, resource.code) if resource else []
        fits = [a for a in standing if element in a.elements]
        agreement = next((a for a in fits if a.in_force(today)), fits[0] if fits else None)
        if agreement is not None:
            found.setdefault(agreement.id, Group(agreement, [])).elements.append(element)
    return list(found.values())
