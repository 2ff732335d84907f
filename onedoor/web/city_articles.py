"""Articles of a city's folder: whose they are, and which items they are about."""

from typing import Any, Protocol

from . import city_shapes as shapes
from .city_files import Folder


class Known(Protocol):
    """What articles refer to."""

    def department(self, page: Any, path: tuple[str | int, ...], code: Any) -> None: ...


def check_articles(folder: Folder, known: Known) -> None:
    """The file is named by the code, so no two have the same."""
    items = {str(page.data.get("code")) for page in folder.items}
    for page in folder.articles:
        shapes.ARTICLE(page, (), page.data)
        known.department(page, ("department",), page.data.get("department"))
        code = page.data.get("code")
        if isinstance(code, str) and page.file != f"articles/{code}.toml":
            page.fault(("code",), f"belongs into articles/{code}.toml")
        listed = page.data.get("items")
        for place, item in enumerate(listed if isinstance(listed, list) else []):
            if isinstance(item, str) and item not in items:
                page.fault(("items", place), f"there is no item {item!r} in items/")
