"""Passes' verbs: schemes, declarations, colours, appeals and the end; codes, lists and gates."""

from onedoor.passes.vault import open_vault

from . import dependants, devices, keeping, partnering, texting
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
from .appealing import scan as scan_paper
from .auditing import Finding, open_book
from .auditing import verify as verify_log
from .bearing import Bearer, bearer, bearers, name_of, standing_for
from .declaring import Asking, Made, Said, asking, declare, same_again, subject
from .ending import PARTS, STAYS, Due, deletion, due, sunset, tell_ended
from .gating import Enrolled, Invited, NewGate, Spoken, bundle, enrol, invite_gate, own_gate, own_gates, revoke_gate, speaker
from .known import holding, in_force, known, memory, risky, ruleset, scheme, schemes
from .listing import build_lists
from .loading import faults_of_ruleset, faults_of_scheme, put_ruleset, put_schemes
from .looking import Seen, front, history, mine, own_words, standing, why
from .looking_up import look_up
from .measuring import forget as forget_readings
from .measuring import measure, tell_fever
from .minting import draw, last_of, mint, print_paper
from .numbering import build_numbers, looked_offline, number_list
from .peering import import_certificates, open_region
from .replaying import BATCHES, EVER, grown_old, level_changed, preview, replay
from .scanning import Asked, Checked, check, forget_old, make_day, receive, tell_visits, visits
from .settling import settle
from .telling import appeal_decided as tell_appeal
from .telling import appeal_late as tell_late
from .telling import colour_changed as tell_colour
from .verifying import checker, held_lists, list_token, look, published, verified, verifier
from .watching import log_broken as tell_gate_log

__all__ = [
    "BATCHES", "EVER", "PARTS", "STAYS", "Asked", "Asking", "Bearer", "Checked", "Due", "Enrolled", "Finding", "Handling", "Invited",
    "Made", "NewGate", "Said", "Seen", "Spoken", "appeal", "appeal_outcome", "asking", "bearer", "bearers", "build_lists",
    "build_numbers", "bundle", "check", "checker", "content", "counted", "declare", "deletion", "dependants", "devices", "draw", "due",
    "enrol", "faults_of_ruleset", "faults_of_scheme", "forget_old", "forget_readings", "front", "grown_old", "handle", "held_lists",
    "history", "holding", "import_certificates", "in_force", "invite_gate", "keeping", "kept_papers", "known", "last_of", "level_changed",
    "list_token", "look", "look_up", "looked_offline", "make_day", "measure", "memory", "mine", "mint", "my_appeal", "name_of",
    "number_list", "open_book", "open_region", "open_vault", "own_gate", "own_gates", "own_words", "paper_of", "partnering", "preview",
    "print_paper", "published", "put_ruleset", "put_schemes", "raise_late", "receive", "replay", "revoke_gate", "risky", "ruleset",
    "same_again", "scan_paper", "scheme", "schemes", "settle", "speaker", "standing", "standing_for", "subject", "sunset", "take_back",
    "tell_appeal", "tell_colour", "tell_ended", "tell_fever", "tell_gate_log", "tell_late", "tell_visits", "texting", "verified",
    "verifier", "verify_log", "visits", "waiting", "why",
]  # fmt: skip
