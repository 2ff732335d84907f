"""JSON API of orgs: who serves where, who looked at my data; organisations that register themselves, their review, their people."""

from typing import Any

from . import members, places, registering, reviewing

handlers: list[Any] = [*places.handlers, *registering.handlers, *reviewing.handlers, *members.handlers]
