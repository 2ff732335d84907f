"""Rules as data: a subset of CertLogic, what a ruleset may look like, and the pure function that turns facts into a colour."""

from .checking import check, failures
from .deciding import Outcome, decide, inputs_of
from .logic import evaluate, instant

__all__ = ["Outcome", "check", "decide", "evaluate", "failures", "inputs_of", "instant"]
