"""Use cases of providers: apps, signing in to them, what they are given and read, and their tokens."""

from onedoor.providers.policy import standing_words
from onedoor.providers.vault import open_vault, rotate_keys, vault

from .announcing import (
    announce,
    deliveries,
    drop_endpoint,
    endpoints,
    listen,
    new_endpoint_secret,
    pause_endpoint,
    ping,
    resend,
)
from .apps import app, approve, end_secret, known, listed, mark_of, new_secret, org_name, pause, readdress, register, seen, wish
from .authorizing import asked, asking, begun, refused, stage
from .bringing import put_apps
from .claims import Given, given, userinfo
from .consenting import agree, lines, mine, one, readings, take_back
from .delivering import courier, deliver_due
from .leaving import leaving
from .matters import ask_cancel, matter, matters, open_matter, report, reported
from .subjects import bring
from .sweeping import sweep
from .tokens import actor_of, app_token, client, exchange, introspect, is_token, refresh, revoke

__all__ = [
    "Given", "actor_of", "agree", "announce", "app", "app_token", "approve", "ask_cancel", "asked", "asking", "begun", "bring", "client",
    "courier", "deliver_due", "deliveries", "drop_endpoint", "end_secret", "endpoints", "exchange", "given", "introspect", "is_token",
    "known", "leaving", "lines", "listed", "listen", "mark_of", "matter", "matters", "mine", "new_endpoint_secret", "new_secret", "one",
    "open_matter", "open_vault", "org_name", "pause", "pause_endpoint", "ping", "put_apps", "readdress", "readings", "refresh", "refused",
    "register", "report", "reported", "resend", "revoke", "rotate_keys", "seen", "stage", "standing_words", "sweep", "take_back",
    "userinfo", "vault", "wish",
]  # fmt: skip
