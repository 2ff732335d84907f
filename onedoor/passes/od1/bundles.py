"""A verifier without a database: what a gate is given, and lists as files, into what a check needs.

    judge = Checker(known_of(bundle, [list_text], now))
    judge.check(layout.read(text), now)
"""

from collections.abc import Iterable, Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from onedoor.kernel import jose

from . import lists
from .checking import LIST_AGE, Issuer, Known
from .pid import PidKey


def known_of(bundle: Mapping[str, Any], texts: Iterable[str], now: int) -> Known:
    """`bundle` as `GET /api/gates/{gate}/bundle` answers; a list that must not be believed raises Malformed."""
    found = Known({}, list_age=int(bundle.get("list_age", LIST_AGE)))
    for one in bundle["issuers"]:
        key = Ed25519PublicKey.from_public_bytes(jose.unb64(one["key"]))
        levels = {int(colour): int(to) for colour, to in one["levels"].items()} if one.get("levels") is not None else None
        issuer = Issuer(key, one["scheme"], one["not_before"], one["not_after"], one["ends_at"], one["listed"], levels)
        found.issuers.setdefault(bytes.fromhex(one["kid"]), []).append(issuer)
    for name, raw in bundle.get("pid_keys", {}).items():
        scheme, kind, period = name.rsplit(".", 2)
        found.pid_keys[scheme, kind == "paper", int(period)] = PidKey(jose.unb64(raw))
    keys = {kid: Ed25519PublicKey.from_public_bytes(jose.unb64(raw)) for kid, raw in bundle.get("list_keys", {}).items()}
    for text in texts:
        one = lists.read(text.strip(), keys, now)
        found.lists[one.shard] = one
    for name, seq in bundle.get("min_paper", {}).items():
        shard, _, row = name.partition(".")
        found.min_paper.setdefault(int(shard), {})[int(row)] = int(seq)
    return found
