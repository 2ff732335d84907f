"""Passes' verbs: schemes, declarations, colours, appeals and the end; codes, lists and gates."""

from onedoor.passes.vault import open_vault

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
from .auditing import Finding, open_book
from .auditing import verify as verify_log
from .bearing import Bearer, bearer, bearers, name_of, standing_for
from .declaring import Asking, Made, Said, asking, declare, same_again, subject
from .ending import PARTS, STAYS, Due, deletion, due, sunset, tell_ended
from .gating import Enrolled, Invited, NewGate, Spoken, bundle, enrol, invite_gate, own_gate, own_gates, revoke_gate, speaker
from .known import holding, in_force, known, memory, risky, ruleset, scheme, schemes
from .listing import build_lists
from .loading import faults_of_ruleset, faults_of_scheme, put_ruleset, put_schemes
from .looking import Seen, front, history, mine, standing, why
from .looking_up import look_up
from .minting import draw, mint, print_paper
from .peering import import_certificates, open_region
from .replaying import BATCHES, EVER, grown_old, level_changed, preview, replay
from .scanning import Asked, Checked, check, forget_old, make_day, receive, tell_visits, visits
from .settling import settle
from .telling import appeal_decided as tell_appeal
from .telling import appeal_late as tell_late
from .telling import colour_changed as tell_colour
from .verifying import checker, list_token, look, published, verified, verifier

__all__ = [
    "BATCHES", "EVER", "PARTS", "STAYS", "Asked", "Asking", "Bearer", "Checked", "Due", "Enrolled", "Handling", "Invited", "Made",
    "NewGate", "Said", "Seen", "Spoken", "appeal", "appeal_outcome", "asking", "bearer", "bearers", "build_lists", "bundle", "check",
    "checker", "content", "counted", "declare", "deletion", "dependants", "draw", "due", "enrol", "faults_of_ruleset",
    "faults_of_scheme", "forget_old", "front", "grown_old", "handle", "history", "holding", "in_force", "invite_gate", "keeping",
    "kept_papers", "known", "level_changed", "list_token", "look", "look_up", "make_day", "memory", "mine", "mint", "my_appeal",
    "name_of", "open_vault", "own_gate", "own_gates", "paper_of", "preview", "print_paper", "published", "put_ruleset", "put_schemes",
    "raise_late", "receive", "replay", "revoke_gate", "risky", "ruleset", "same_again", "scheme", "schemes", "settle", "speaker",
    "standing", "standing_for", "subject", "sunset", "take_back", "tell_appeal", "tell_colour", "tell_ended", "tell_late",
    "tell_visits", "verified",
    "verifier", "visits", "waiting", "why",
    "Finding", "import_certificates", "open_book", "open_region", "verify_log",
]  # fmt: skip
