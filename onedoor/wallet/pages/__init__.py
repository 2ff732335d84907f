"""Pages of the wallet: the holder's, and the public ones where anybody checks."""

from typing import Any

from . import consents, copying, holding, sharing

handlers: list[Any] = [*holding.handlers, *sharing.handlers, *copying.handlers, *consents.handlers]
