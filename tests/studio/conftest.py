"""People of the studio, each signed in once per run."""

from collections.abc import Callable
from typing import Any

import pytest

from .kit import Maker


@pytest.fixture(scope="session")
def people(site: Any) -> Callable[[str], Maker]:
    """`people(EDITOR)`: that person's browser."""
    known: dict[str, Maker] = {}

    def maker(phone: str) -> Maker:
        if phone not in known:
            known[phone] = Maker(site.sign_in(phone))
            known[phone].browser.headers["accept"] = "text/html"
        return known[phone]

    return maker
