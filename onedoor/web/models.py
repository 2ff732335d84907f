"""What the composition root itself lets people do."""

from enum import StrEnum


class Grants(StrEnum):
    """Grants of no single room."""

    OPERATE = "web:operate"
