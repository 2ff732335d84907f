"""People for the tests of cases: each worker signs a proven resident in once, by browser and by program."""

from typing import Any

import httpx
import pytest

from .kit import bearer, residents


@pytest.fixture(scope="session")
def program(site: Any) -> httpx.Client:
    """A proven resident's program."""
    return bearer(site, residents()[0]["phone"])


@pytest.fixture(scope="session")
def browser(site: Any) -> httpx.Client:
    """The same resident's browser."""
    return site.sign_in(residents()[0]["phone"])


@pytest.fixture(scope="session")
def other(site: Any) -> httpx.Client:
    """Another proven resident's program."""
    return bearer(site, residents()[1]["phone"])


@pytest.fixture
def clean_drafts(program: httpx.Client) -> None:
    """No draft before."""
    for draft in program.get("/api/drafts").json()["items"]:
        program.delete(f"/api/drafts/{draft['id']}")


@pytest.fixture(scope="session")
def staff(site: Any) -> Any:
    """`staff("13800990101")`: the browser of a member of staff, signed in once per run."""
    known: dict[str, httpx.Client] = {}

    def browser_of(phone: str) -> httpx.Client:
        if phone not in known:
            known[phone] = site.sign_in(phone)
            known[phone].headers["accept"] = "text/html"
        return known[phone]

    return browser_of
