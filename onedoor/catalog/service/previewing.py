"""The guide of a service that is not out yet, with the same page as any other."""

from typing import Any

from onedoor.catalog.models import NewItem

from .load import as_item

GUIDE = "catalog/parts/guide.html"


def guide_view(locale: str, new: NewItem) -> dict[str, Any]:
    """What the guide's template shows."""
    from onedoor.catalog import views  # the views read the service, so they are asked for when they are there

    return views.guide(locale, as_item(new))
