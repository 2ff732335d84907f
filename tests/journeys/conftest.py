"""People for the tests of journeys: a proven resident by browser and by program, and the clerks of the departments that take part."""

from typing import Any

import httpx
import pytest

from tests.cases.conftest import staff as staff
from tests.cases.kit import bearer, residents

from .kit import Desk


@pytest.fixture(scope="session")
def program(site: Any) -> httpx.Client:
    """A proven resident's program."""
    return bearer(site, residents()[1]["phone"])


@pytest.fixture(scope="session")
def browser(site: Any) -> httpx.Client:
    """The same resident's browser."""
    return site.sign_in(residents()[1]["phone"])


@pytest.fixture(scope="session")
def other(site: Any) -> httpx.Client:
    """Another proven resident's program."""
    return bearer(site, residents()[0]["phone"])


@pytest.fixture(scope="session")
def desk(site: Any) -> Desk:
    """The clerks, each signed in once."""
    return Desk(site)
