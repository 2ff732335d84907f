"""Every operation of the OpenAPI document, with what its schema allows and what it does not, by each role: no 5xx, and always as told."""

import os
from collections.abc import Callable
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

ROLES = {"anonymous": "", "resident": "13900990004", "clerk": "13800990101", "operator": "13800991603"}
MORE = int(os.environ.get("ONEDOOR_EXAMPLES", "1"))
EXAMPLES = {"anonymous": 1, "resident": 3, "clerk": 2, "operator": 1}
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


def hammer(operation: Any, mode: Any, examples: int, call: Callable[[Any], None]) -> None:
    """As many examples as told, always the same ones."""

    @settings(
        max_examples=examples, derandomize=True, deadline=None, database=None, phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(operation.as_strategy(generation_mode=mode))
    def one(case: Any) -> None:
        call(case)

    one()


@pytest.mark.parametrize("role", ROLES)
def test_every_operation(site: Any, document: Any, role: str) -> None:
    headers = {"authorization": str(bearer(site, ROLES[role]).headers["authorization"])} if ROLES[role] else {}
    client, wrong, called = site.client(), list[str](), dict[int, int]()

    def call(case: Any) -> None:
        answer = sent(client, case, headers)
        called[answer.status_code] = called.get(answer.status_code, 0) + 1
        case.validate_response(answer, checks=CHECKS, headers=headers)

    for found in document.get_all_operations():
        operation = found.ok()
        where = f"{operation.method.upper()} {operation.path}"
        if where in ENDS_THE_SESSION:
            continue
        for mode in schemathesis.GenerationMode:
            try:
                hammer(operation, mode, EXAMPLES[role] * MORE, call)
            except Unsatisfiable:  # takes nothing that could be wrong
                continue
            except (BaseExceptionGroup, Exception) as fault:
                wrong.append(f"{where}, {mode.value}: {str(fault)[:700]}")
    assert wrong == [], "\n\n".join(wrong)
    assert sum(called.values()) > 60, called
    if role == "resident":
        assert called.get(200, 0) > 20, called
