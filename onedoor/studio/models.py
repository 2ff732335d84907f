"""A service on its way to the public."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from msgspec import Struct

from onedoor.identity.models import PersonId
from onedoor.kernel.ids import Id
from onedoor.orgs.models import OrgId

Bundle = dict[str, Any]
"""事项包: the tables of one service, as `items/CODE.toml` holds them."""


class DraftId(Id):
    """Names one draft 事项草稿 of a service."""

    prefix = "service"


class RemarkId(Id):
    """Names one remark 审核意见."""

    prefix = "remark"


class Grants(StrEnum):
    """What a member of staff may do here."""

    SEE = "studio:see"
    EDIT = "studio:edit"
    REVIEW = "studio:review"
    PUBLISH = "studio:publish"


class State(StrEnum):
    """状态: where a draft stands."""

    EDITING = "editing"
    IN_REVIEW = "in_review"
    ENDORSED = "endorsed"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    DISCARDED = "discarded"


OPEN = frozenset({State.EDITING, State.IN_REVIEW, State.ENDORSED, State.SCHEDULED})


class Origin(StrEnum):
    """Where a version came from."""

    FOLDER = "folder"
    STUDIO = "studio"


class Draft(Struct, frozen=True):
    """事项草稿: one service being made or changed."""

    id: DraftId
    org_ref: OrgId
    item: str
    bundle: Bundle
    state: State
    rev: int
    base_version: int
    editors: list[PersonId]
    endorsed_by: PersonId | None
    publish_at: datetime | None
    changed_at: datetime
    changed_by: str

    @property
    def open(self) -> bool:
        """Whether it may still become a version."""
        return self.state in OPEN


class Line(Struct, frozen=True):
    """A draft in a list, without its tables."""

    id: DraftId
    org_ref: OrgId
    item: str
    name: dict[str, str]
    state: State
    changed_at: datetime
    changed_by: str


class Edit(Struct, frozen=True):
    """One change of a draft, with what it was before."""

    draft_id: DraftId
    rev: int
    part: str
    bundle: Bundle
    at: datetime
    by: str


class Remark(Struct, frozen=True):
    """审核意见: what a reader says of one part."""

    id: RemarkId
    draft_id: DraftId
    part: str
    words: str
    by: str
    at: datetime
    done: bool


class Version(Struct, frozen=True):
    """版本: what was published once."""

    item: str
    version: int
    bundle: Bundle
    sha256: str
    origin: Origin
    published_at: datetime
    published_by: str
