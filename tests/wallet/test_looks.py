"""How the city's certificates look: all of them readable, none of them heavy, and their fields what other systems expect."""

import re
import tomllib
from typing import Any

import pytest

from onedoor.wallet import guilloche
from onedoor.wallet.derived import RULES, facts_of
from onedoor.wallet.views import CARD, SHEET
from onedoor.web.city_certs import LINES, contrast, mixed, readable
from tests.conftest import CITY, ROOT

TYPES: list[dict[str, Any]] = tomllib.loads((CITY / "cert_types.toml").read_text("utf-8"))["type"]
CSS = (ROOT / "onedoor/ui/static/onedoor.css").read_text("utf-8")


def test_there_are_fifty_two_and_their_codes_and_prefixes_are_their_own() -> None:
    assert [one["code"] for one in TYPES] == [f"{n:03}" for n in range(1, 53)]
    assert len({one["number"] for one in TYPES}) == 52
    assert len({tuple(one["lines"]) for one in TYPES}) == 52
    assert all(any(claim.get("face") for claim in one["claims"]) for one in TYPES)


@pytest.mark.parametrize("one", TYPES, ids=lambda one: one["code"])
def test_text_can_be_read_on_every_document(one: dict[str, Any]) -> None:
    """Light and dark share the document's own colours; with more contrast asked for, the lines are gone."""
    opacity = float(re.search(r"\.cert \.lines\{[^}]*opacity:([.\d]+)", CSS)[1])
    assert "@media(prefers-contrast:more){.cert .lines{display:none}}" in CSS
    assert opacity == LINES
    assert readable(one["ground"], one["ink"], one.get("edge", "")) >= 4.5
    wide, high = SHEET if one["sheet"] else CARD
    drawn = guilloche.path(*one["lines"], wide, high)
    assert 500 < len(drawn) <= 4096
    corners = [int(n) for n in re.findall(r"-?\d+", drawn)]
    x, y, steps = corners[0], corners[1], corners[2:]
    assert len(steps) == guilloche.POINTS * 2
    for dx, dy in zip(steps[::2], steps[1::2], strict=True):
        x, y = x + dx, y + dy
        assert 0 <= x <= wide
        assert 0 <= y <= high


def test_an_ended_certificate_is_readable_in_each_theme() -> None:
    tokens = re.findall(r"--sunken:(#[0-9a-f]{3,6})", CSS)
    assert len(tokens) >= 2
    for ground in tokens:
        whole = ground if len(ground) == 7 else "#" + "".join(c * 2 for c in ground[1:])
        dark = contrast(whole, "#000000") < 10
        ink = mixed(whole, "#ffffff" if dark else "#000000", 0.62)
        assert contrast(whole, ink) >= 4.5, ground


@pytest.mark.parametrize(("name", "claims", "today", "fact"), [
    ("age_over_18", {"birth_on": "2008-02-29"}, "2026-02-28", False), ("age_over_18", {"birth_on": "2008-02-29"}, "2026-03-01", True),
    ("age_over_18", {"birth_on": "2008-02-28"}, "2026-02-28", True), ("age_over_60", {"birth_on": "1966-11-27"}, "2026-11-26", False),
    ("age_over_65", {"birth_on": "1961-11-26"}, "2026-11-26", True), ("age_over_14", {}, "2026-01-01", None),
    ("age_over_14", {"birth_on": "unknown"}, "2026-01-01", None), ("is_married", {"spouse": "王敏"}, "2026-01-01", True),
    ("is_married", {}, "2026-01-01", None), ("is_local_resident", {"address": "青禾市东湖区"}, "2026-01-01", True),
    ("is_local_resident", {"address": "安陵市河西区"}, "2026-01-01", False), ("disability_level", {"level": "二级"}, "2026-01-01", "二级"),
])  # fmt: skip
def test_what_follows_from_the_fields(name: str, claims: dict[str, Any], today: str, fact: Any) -> None:
    import datetime as dt

    found = facts_of([name], claims, dt.date.fromisoformat(today), "青禾市")
    assert found == ({} if fact is None else {name: fact})


def test_types_derive_only_what_their_fields_decide() -> None:
    needed = {"is_married": {"spouse"}, "is_local_resident": {"address", "household_address"}, "disability_level": {"level"}}
    for one in TYPES:
        fields = {claim["name"] for claim in one["claims"]}
        for name in one.get("derived", []):
            assert name in RULES
            assert fields & needed.get(name, {"birth_on"}), (one["code"], name)


def test_field_names_of_gb_t_36903_and_back() -> None:
    """Every type, with and without a last day, in each state, and whatever a person's number is."""
    import datetime as dt

    from onedoor.identity.models import PersonId
    from onedoor.kernel.i18n import Text
    from onedoor.orgs.models import OrgId
    from onedoor.wallet import compat
    from onedoor.wallet.models import Cert, CertId, Holder, ListId, Source, State, identifier_of, number_of

    org, states = "11990100000001011X", [state for state in State if state is not State.EXPIRED]
    for n, one in enumerate(TYPES):
        serial, day = f"2026{n:09}", dt.date(2026, 2, 28)
        state = states[n % len(states)]
        cert = Cert(
            PersonId.new(), CertId.new(), one["code"], identifier_of(org, one["code"], org, serial, n + 1),
            number_of(one["number"], serial),
            serial, n + 1, Holder("阿卜杜拉·买买提", "990102195611050423", ("111", "001", "414")[n % 3]), OrgId.new(), day, day,
            dt.date(2036, 2, 29) if n % 2 else None, state, {}, ListId.new(), n, Source.REGISTER, None, None,
            dt.datetime.now(dt.UTC), "",
        )  # fmt: skip
        row = compat.to_36903(cert, Text(one["name"]["zh"], ""), Text("青禾市公安局", ""), org)
        assert compat.from_36903(row) == compat.Outline(
            one["name"]["zh"], one["code"], cert.identifier, cert.number, serial, n + 1, "青禾市公安局", org, day, cert.holder, day,
            cert.valid_to, state,
        )  # fmt: skip
    good = dict(row)
    for name, bad in (("ZZBS", good["ZZBS"][:-1] + "?"), ("ZZBS", "1.2.3"), ("ZZBFRQ", "2026-13-01"), ("ZZZT", "99"), ("CZZTDMLXDM", "x"),
                      ("ZZBH", ""), ("ZZBS", None)):  # fmt: skip
        with pytest.raises(compat.NotOfTheStandard, match=name):
            compat.from_36903({**good, name: bad})
