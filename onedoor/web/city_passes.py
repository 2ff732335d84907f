"""Schemes of passes in a city's folder: their shape, what they refer to, and whether their rules pass their own tests."""

from collections.abc import Container

from onedoor.passes.service import faults_of_scheme

from . import city_shapes as shapes
from .city_files import Folder


def check_passes(folder: Folder, departments: Container[str], districts: Container[str]) -> None:
    for page in folder.passes:
        before = len(folder.faults)
        shapes.PASS(page, (), page.data)
        code = page.data.get("code")
        if isinstance(code, str) and page.file != f"passes/{code}.toml":
            page.fault(("code",), f"{code!r} belongs into passes/{code}.toml")
        if isinstance(org := page.data.get("authority"), str) and org not in departments:
            page.fault(("authority",), f"there is no department {org!r} in departments.jsonl")
        for place, level in folder.entries(page, "level"):
            if isinstance(one := level.get("division"), str) and one not in districts:
                page.fault(("level", place, "division"), f"there is no district {one!r} in districts.jsonl")
        if len(folder.faults) == before:  # what has not the right shape cannot be read as rules
            for path, what in faults_of_scheme(page.data):
                page.fault(path, what)
