"""The room's verbs: publish journeys, press one, follow a run, find who is entitled, answer an offer."""

from .finding import Batch, find
from .following import View, again, case_ended, mine, show, take_back
from .known import (
    ItemSaid,
    benefits,
    faults_of_benefit,
    items_of,
    journey,
    journeys,
    memory,
    parsed,
    put_benefits,
    put_journeys,
    refresh,
    together,
)
from .offering import Offer, decline, glance, take
from .offering import mine as offers
from .offering import show as offer
from .pressing import JOB, Plan, begin, looked_at, press, press_answers
from .starting import forgotten, start, start_all

__all__ = [
    "JOB", "Batch", "ItemSaid", "Offer", "Plan", "View", "again", "begin", "benefits", "case_ended", "decline", "faults_of_benefit", "find",
    "forgotten", "glance", "items_of", "journey", "journeys", "looked_at", "memory", "mine", "offer", "offers", "parsed",
    "press", "press_answers", "put_benefits", "put_journeys", "refresh", "show", "start", "start_all", "take", "take_back", "together",
]  # fmt: skip
