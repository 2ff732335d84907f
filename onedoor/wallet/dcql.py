"""DCQL, the part of it that is asked here: SD-JWT VC alone, fields by name, alternatives as sets. Pure.

A verifier says what it wants of which types; out comes the query. What a wallet brings is met against the same wish: every field asked, its
values fitting, and what goes beyond it dropped and counted.
"""

from collections.abc import Mapping
from typing import Any, cast

from .models import Wish
from .vct import uri_of

FORMAT = "dc+sd-jwt"
MOST_TOKENS = 8


class NotMet(ValueError):
    """What was brought is not what was asked for."""


def query(issuer: str, wishes: tuple[Wish, ...]) -> dict[str, Any]:
    """Each wish is one way to answer; one of them is enough."""
    credentials = [
        {
            "id": name_of(wish), "format": FORMAT, "meta": {"vct_values": [uri_of(issuer, wish.type)]},
            "claims": [{"path": [claim], **({"values": list(wish.values)} if wish.values else {})} for claim in wish.claims],
        }
        for wish in wishes
    ]  # fmt: skip
    if len(credentials) == 1:
        return {"credentials": credentials}
    return {"credentials": credentials, "credential_sets": [{"options": [[one["id"]] for one in credentials], "required": True}]}


def name_of(wish: Wish) -> str:
    return f"cert-{wish.type}"


def brought(vp_token: object, wishes: tuple[Wish, ...]) -> tuple[Wish, str]:
    """The one presentation of a vp_token, and which wish it answers."""
    if not isinstance(vp_token, dict):
        raise NotMet("vp_token is no object")
    by_name = {name_of(wish): wish for wish in wishes}
    given = cast("dict[str, Any]", vp_token)
    if len(given) != 1 or not given.keys() <= by_name.keys():
        raise NotMet("one presentation, by the id of the query")
    (name, held), = given.items()
    listed = [held] if isinstance(held, str) else held
    if not isinstance(listed, list) or len(cast("list[Any]", listed)) != 1 or not isinstance(listed[0], str):
        raise NotMet("one presentation")
    return by_name[name], listed[0]


def met(wish: Wish, claims: Mapping[str, Any], always: frozenset[str]) -> tuple[dict[str, Any], int]:
    """The fields that were asked, and how many more were shown; `always` stand open in every certificate."""
    missing = [name for name in wish.claims if name not in claims]
    if missing:
        raise NotMet(missing[0])
    if wish.values and any(claims[name] not in wish.values for name in wish.claims):
        raise NotMet("values")
    asked = {name: claims[name] for name in wish.claims}
    return asked, len([name for name in claims if name not in asked and name not in always])
