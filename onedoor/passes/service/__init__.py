"""Passes' verbs: load schemes, declare, decide, explain."""

from .declaring import Asking, Made, Said, asking, declare, subject
from .known import holding, in_force, known, memory, risky, ruleset, scheme, schemes
from .loading import faults_of_scheme, put_ruleset, put_schemes
from .looking import Seen, mine, standing, why
from .settling import keep, settle

__all__ = [
    "Asking", "Made", "Said", "Seen", "asking", "declare", "faults_of_scheme", "holding", "in_force", "keep", "known", "memory", "mine",
    "put_ruleset", "put_schemes", "risky", "ruleset", "scheme", "schemes", "settle", "standing", "subject", "why",
]  # fmt: skip
