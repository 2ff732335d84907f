"""Every operation of the OpenAPI document, with what its schema allows and what it does not, by each role: no 5xx, and always as told."""

import contextlib
import os
from collections import Counter
from typing import Any

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from tests.cases.kit import bearer

ROLES = {"anonymous": "", "resident": "13900990004", "clerk": "13800990101", "operator": "13800991603", "editor": "13800991902"}
MORE = int(os.environ.get("ONEDOOR_EXAMPLES", "1"))
EXAMPLES = {"anonymous": 1, "resident": 2, "clerk": 2, "operator": 1, "editor": 2}
OWN = {"editor": ("/api/studio/", "/api/organisation", "/api/registrations")}
"""Where a role has more to do than another that is tried everywhere."""
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
ENDS_THE_SESSION = {"DELETE /api/sessions", "DELETE /api/sessions/current"}
HOST = "http://testserver.local"


@pytest.fixture(scope="module")
def document(site: Any) -> Any:
    return schemathesis.openapi.from_dict(site.client().get("/api/openapi.json").json())


def sent(client: httpx.Client, case: Any, headers: dict[str, str]) -> httpx.Response:
    """The case over the application's own transport, byte by byte as schemathesis has written it."""
    words = requests.Request(**case.as_transport_kwargs(base_url=HOST, headers=headers)).prepare()
    bare = {k: v for k, v in words.headers.items() if k.lower() != "host"}
    return client.request(words.method or "GET", words.url or "", headers=bare, content=words.body, follow_redirects=False)


def written(operation: Any, mode: Any) -> list[Any]:
    """As many cases as the busiest role sends, always the same ones; none when the operation takes nothing that could be wrong."""
    cases: list[Any] = []

    @settings(
        max_examples=max(EXAMPLES.values()) * MORE, derandomize=True, deadline=None, database=None,
        phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(operation.as_strategy(generation_mode=mode))
    def one(case: Any) -> None:
        cases.append(case)

    with contextlib.suppress(Unsatisfiable):
        one()
    return cases


def any_word_will_do(operation: Any) -> bool:
    """Nothing but free words in the path: looking for a wrong one takes a second and ends in nothing."""
    words = [one.definition for one in operation.path_parameters]
    rest = [*operation.query, *operation.body]
    return not rest and all(set(word["schema"]) <= {"type"} and word["schema"].get("type") == "string" for word in words)


def test_every_operation(site: Any, document: Any) -> None:
    """The cases are written once, because writing them costs more than sending them, and sent by each role."""
    operations = [found.ok() for found in document.get_all_operations()]
    cases = {
        (f"{one.method.upper()} {one.path}", mode): written(one, mode)
        for one in operations for mode in schemathesis.GenerationMode if mode.is_positive or not any_word_will_do(one)
    }  # fmt: skip
    wrong: list[str] = []
    for role in ROLES:
        called = by_role(site, role, cases, wrong)
        assert sum(called.values()) > 60, (role, called)
        assert role != "editor" or called[200] + called[201] > 2, called
        assert role != "resident" or called[200] > 20, called
    assert wrong == [], "\n\n".join(wrong)


def by_role(site: Any, role: str, cases: dict[tuple[str, Any], list[Any]], wrong: list[str]) -> Counter[int]:
    headers = {"authorization": str(bearer(site, ROLES[role]).headers["authorization"])} if ROLES[role] else {}
    client, called = site.client(), Counter[int]()
    for (where, mode), some in cases.items():
        if where in ENDS_THE_SESSION or not where.split(" ")[1].startswith(OWN.get(role, "/")):
            continue
        for case in some[: EXAMPLES[role] * MORE]:
            answer = sent(client, case, headers)
            called[answer.status_code] += 1
            try:
                case.validate_response(answer, checks=CHECKS, headers=headers)
            except (BaseExceptionGroup, Exception) as fault:
                wrong.append(f"{where}, {mode.value}, {role}: {str(fault)[:700]}")
    return called
