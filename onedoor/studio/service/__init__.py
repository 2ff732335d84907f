"""The studio's verbs: make and change a draft, look at it, have it read, publish it, and keep what was published."""

from .publishing import merged

__all__ = ["merged"]
