"""Whatever a register or another city says of how it went, the question has an end."""

from typing import Any

import httpx
import pytest

from onedoor.exchange.models import AskIn, State

from .conftest import Registers, rows
from .test_prefill import LIN, begun, forget, settled


@pytest.mark.parametrize("state", [one for one in State if one is not State.HELD])
def test_each_state_ends_it(site: Any, registers: Registers, browsers: dict[str, httpx.Client], state: State) -> None:
    forget(site)
    registers.says["driver"] = AskIn(state, problem="as it said")
    draft = begun(browsers[LIN], "jt-wangyueche")
    settled(site, draft)
    assert [row["state"] for row in rows(site, "select state from exchange.ask")] == ["wrong" if state is State.UNMAPPED else str(state)]
    assert browsers[LIN].get(f"{draft}/licence-class").status_code == 200
