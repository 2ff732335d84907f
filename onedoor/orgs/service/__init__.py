"""The room's verbs: who serves where, from memory; organisations that register themselves, the answer they get, and their people."""

from .known import (
    all_departments,
    below,
    centre,
    city,
    clerks_of,
    code_of,
    department,
    department_of,
    departments,
    district,
    districts,
    holders,
    near,
    office,
    offices,
    opening,
    own_departments,
    path_of,
    path_or_root,
    plain,
    put_departments,
    put_districts,
    put_offices,
    put_staff,
    snapshot,
    staff_of,
    week,
    who_saw_me,
    with_grants,
)

__all__ = [
    "all_departments", "below", "centre", "city", "clerks_of", "code_of", "department", "department_of", "departments", "district",
    "districts", "holders", "near", "office", "offices", "opening", "own_departments", "path_of", "path_or_root", "plain",
    "put_departments", "put_districts", "put_offices", "put_staff", "snapshot", "staff_of", "week", "who_saw_me", "with_grants",
]  # fmt: skip
