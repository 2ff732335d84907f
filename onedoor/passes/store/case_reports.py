"""Suspected cases as clinics report them."""

import datetime as dt

from onedoor.kernel.db import Db
from onedoor.passes.tracing import CaseReport, ReportId


def add(db: Db, one: CaseReport, subject_hash: bytes) -> None:
    db.before_commit(
        "insert into passes.case_report (org_id, id, scheme, subject_hash, subject_ref, subject_mask, disease, onset_on, path, phone, "
        "reporter_ref, reporter_name, at, linked) values ($org, $id, $scheme, $hash, $subject, $mask, $disease, $onset, $path, $phone, "
        "$reporter, $name, $at, $linked)",
        org=one.org_id, id=one.id, scheme=one.scheme, hash=subject_hash, subject=one.subject_ref, mask=one.subject_mask,
        disease=one.disease, onset=one.onset_on, path=one.path, phone=one.phone, reporter=one.reporter_ref, name=one.reporter_name,
        at=one.at, linked=one.linked,
    )  # fmt: skip


async def first_since(db: Db, scheme: str, subject_hash: bytes, since: dt.datetime) -> ReportId | None:
    """The first report of the same person since then."""
    found = await db.value(
        "-- scatter\nselect id from passes.case_report where scheme = $scheme and subject_hash = $hash and at >= $since "
        "order by at, id limit 1",
        scheme=scheme, hash=subject_hash, since=since,
    )  # fmt: skip
    return ReportId(found) if found else None


async def latest(db: Db, codes: list[str], before: dt.datetime, before_id: ReportId, most: int) -> list[CaseReport]:
    """From these parts of the city, the latest first."""
    return await db.all(
        CaseReport,
        "-- scatter\nselect org_id, id, scheme, subject_ref, subject_mask, disease, onset_on, path, phone, reporter_ref, reporter_name, "
        "at, linked from passes.case_report where string_to_array(path, '.') && $codes::text[] and (at, id) < ($before, $before_id) "
        "order by at desc, id desc limit $most",
        codes=codes, before=before, before_id=before_id, most=most,
    )  # fmt: skip
