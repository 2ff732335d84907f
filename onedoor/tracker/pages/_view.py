"""What the pages of the tracker share: records in plain words, ids and cursors out of addresses."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import pick
from onedoor.kernel.problems import NotFound
from onedoor.kernel.work import Work
from onedoor.tracker import policy
from onedoor.tracker.errors import NoSuchChallenge
from onedoor.tracker.models import Challenge, ChallengeId, Look, Question

MOST_SEQ = 2_000_000_000


def who(locale: str, look: Look) -> str:
    """The organisation and the person, as far as there are any."""
    return " · ".join(part for part in (pick(locale, look.org), look.access.staff_name) if part)


def row(work: Work, look: Look) -> dict[str, Any]:
    """One record in plain words."""
    asked = policy.state_words(work.locale, look.challenge) if look.challenge else None
    access = look.access
    case = access.case_ref or ""
    return {
        "seq": access.seq, "at": access.at, "what": policy.sentence(work.locale, access, who(work.locale, look), look.what),
        "purpose": "" if access.fields == ["sign-in"] else pick(work.locale, access.purpose), "basis": access.basis, "case": case,
        "open": case.startswith("case_"), "asked": asked, "mine": access.kind == "self" or access.expired,
    }  # fmt: skip


def by_day(work: Work, looks: list[Look]) -> list[dict[str, Any]]:
    """Records under the day on which they happened, the latest first."""
    days: dict[dt.date, list[dict[str, Any]]] = {}
    for look in looks:
        days.setdefault(look.access.at.astimezone(work.zone).date(), []).append(row(work, look))
    return [{"day": on, "rows": rows, "today": on == work.today} for on, rows in days.items()]


def challenge_id(text: str) -> ChallengeId:
    try:
        return ChallengeId.parse(text)
    except ValueError:
        raise NoSuchChallenge() from None


def look_after(text: str) -> tuple[dt.datetime, PersonId, int] | None:
    """Where a page of one reader's looks begins: "<microseconds>.person_….<row>"."""
    if not text:
        return None
    try:
        at, whom, seq = text.split(".")
        return dt.datetime.fromtimestamp(int(at) / 1_000_000, dt.UTC), PersonId.parse(whom), min(max(int(seq), 0), MOST_SEQ)
    except (ValueError, OverflowError, OSError):
        raise NotFound() from None


def address(path: str, **said: object) -> str:
    """The path with what is said of it."""
    given = {name: value for name, value in said.items() if value}
    return f"{path}?{urlencode(given)}" if given else path


def challenge(work: Work, made: Challenge) -> dict[str, Any]:
    """What was asked and what was said to it, for a page."""
    words, tone = policy.state_words(work.locale, made.state)
    return {
        "kind": policy.kind_words(work.locale)[made.kind], "state": words, "tone": tone, "made": made,
        "late": made.state == "asked" and made.escalated_at is not None,
    }  # fmt: skip


def question(work: Work, line: Question) -> dict[str, Any]:
    """A department's line."""
    words, tone = policy.state_words(work.locale, line.state)
    return {
        "line": line, "kind": policy.kind_words(work.locale)[line.kind], "state": words, "tone": tone,
        "left": (line.due_on - work.today).days, "purpose": pick(work.locale, line.purpose),
    }  # fmt: skip
