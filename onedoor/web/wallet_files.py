"""`onedoor wallet`: what its commands do with files and an open house."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from onedoor.kernel import config, jose
from onedoor.kernel.work import Actor
from onedoor.wallet import service
from onedoor.wallet.errors import NoSuchCertificate
from onedoor.wallet.models import Cert, State

from .house import House


def lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Lines that are not empty, with their numbers."""
    with path.open("rb") as file:
        for number, raw in enumerate(file, 1):
            if raw := raw.removeprefix(b"\xef\xbb\xbf").strip():
                yield number, raw


async def build_lists(house: House, folder: Path) -> int:
    """What verifiers fetch below `folder`, as a web server with no program behind it gives it out; how many files that were."""
    files = await service.mirrored(house.begin, house.now(), house.settings.zone.key)
    for name, words in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.part")
        part.write_text(words, "utf-8")
        part.replace(path)
    return len(files)


async def revoke(house: House, type_code: str, number: str, reason: str, state: State) -> Cert:
    """End the newest version of a certificate in the name of its department."""
    async with house.begin(actor=Actor(system="wallet.revoke", name="wallet.revoke")) as work:
        kind = await service.type_of(work, type_code)
        which = await service.find(work, kind.issuer_ref, type_code, number)
    if which is None:
        raise NoSuchCertificate()
    async with house.begin(actor=Actor(system="wallet.revoke", name="wallet.revoke", org=kind.issuer_ref)) as work:
        return await service.revoke(work, which, reason, state)


def zone() -> str:
    """The city's, as its folder says."""
    return config.city_of(config.cities_folder() / os.environ.get("ONEDOOR_CITY", "qinghe")).zone


def told(verdict: Any) -> str:
    """A verdict as a line of JSON: nothing more than a checker may see."""
    face = verdict.face
    return json.dumps({
        "result": str(verdict.result), "title": verdict.title.zh, "title_en": verdict.title.en, "detail": verdict.detail.zh,
        "type": face.name.zh if face else None, "issuer": face.issuer.zh if face else None, "holder": face.holder if face else None,
        "number": face.number if face else None, "list_at": verdict.list_at.isoformat() if verdict.list_at else None,
        "city": verdict.city.zh if verdict.city else None,
    }, ensure_ascii=False)  # fmt: skip


def pinned(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names of keys as they are typed; ValueError for what cannot be one."""
    for name in names:
        if len(jose.unb64(name)) != 32:
            raise ValueError(f"{name} is no key's name")
    return names
