"""Passes' verbs: load schemes, declare, decide, explain, appeal, work out again, keep a scheme, end it."""

from . import dependants, keeping
from .appealing import (
    Handling,
    appeal,
    appeal_outcome,
    content,
    counted,
    handle,
    kept_papers,
    my_appeal,
    paper_of,
    raise_late,
    take_back,
    waiting,
)
from .declaring import Asking, Made, Said, asking, declare, same_again, subject
from .ending import PARTS, STAYS, Due, deletion, due, sunset, tell_ended
from .known import holding, in_force, known, memory, risky, ruleset, scheme, schemes
from .loading import faults_of_ruleset, faults_of_scheme, put_ruleset, put_schemes
from .looking import Seen, front, history, mine, standing, why
from .replaying import BATCHES, EVER, grown_old, level_changed, preview, replay
from .settling import settle
from .telling import appeal_decided as tell_appeal
from .telling import appeal_late as tell_late
from .telling import colour_changed as tell_colour

__all__ = [
    "BATCHES", "EVER", "PARTS", "STAYS", "Asking", "Due", "Handling", "Made", "Said", "Seen", "appeal", "appeal_outcome", "asking",
    "content", "counted", "declare", "deletion", "dependants", "due", "faults_of_ruleset", "faults_of_scheme", "front", "grown_old",
    "handle", "history", "holding", "in_force", "keeping", "kept_papers", "known", "level_changed", "memory", "mine", "my_appeal",
    "paper_of", "preview", "put_ruleset", "put_schemes", "raise_late", "replay", "risky", "ruleset", "same_again", "scheme", "schemes",
    "settle", "standing", "subject", "sunset", "take_back", "tell_appeal", "tell_colour", "tell_ended", "tell_late",
    "waiting", "why",
]  # fmt: skip
