"""Certificates of other systems, read by our gates: HC1 (EU DCC) and SMART Health Cards.

Pure: a text, a trust list and the time come in, a verdict comes out; no network, no clock, no database. What is not on the trust list is
an unknown issuer, never a forgery; what is not whole is told apart from what is not true.
"""

from . import hcert, shc
from .models import Result, Verdict
from .trust import TrustList


def check(text: str, trust: TrustList, now: int) -> Verdict:
    """Whichever of the two it is."""
    return (shc if text[:5].lower() == "shc:/" else hcert).check(text, trust, now)


__all__ = ["Result", "TrustList", "Verdict", "check", "hcert", "shc"]
