"""Departments' own systems as a city names them: each that an item uses is there, and each of its words means one thing."""

from . import city_shapes as shapes
from .city_files import Folder


def check_back_offices(folder: Folder, known: object) -> None:
    """`back_offices.toml`, and every item that names one of them."""
    page = folder.back_offices
    if page:
        shapes.BACK_OFFICES(page, (), page.data)
        for place, one in folder.entries(page, "back_office"):
            said: set[str] = set()
            for stage in shapes.STAGES:
                words = one.get(stage)
                for at, word in enumerate(words if isinstance(words, list) else ()):
                    if str(word).lower() in said:
                        page.fault(("back_office", place, stage, at), f"{word!r} means something already")
                    said.add(str(word).lower())
    named = [str(one.get("code")) for _, one in folder.entries(page, "back_office")]
    if page and len(set(named)) < len(named):
        page.fault(("back_office",), "one code is there twice")
    for item in folder.items:
        process = item.data.get("process")
        office = process.get("back_office") if isinstance(process, dict) else None
        if office and office not in named:
            item.fault(("process", "back_office"), f"{office!r} is not in back_offices.toml")
