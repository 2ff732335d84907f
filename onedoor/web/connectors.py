"""Which connectors there are, and behind which ports they stand in this process.

A connector is a folder of `connectors/` with a manifest. One that claims a port it does not satisfy stops the start, with the name of
the method it lacks. A port that has no address configured answers as if its system were away, so that the refusal is a sentence.
"""

import contextlib
import importlib
import tomllib
from pathlib import Path
from typing import Any, NoReturn

import msgspec

from onedoor.identity.ports import Secrets
from onedoor.kernel import crypto
from onedoor.kernel.config import Settings
from onedoor.kernel.ports import Ports


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`manifest.toml`: what a connector is, does and needs. `local` ones get the home instead of an address."""

    name: str
    owner: str
    quality: str
    implements: list[str]
    calls: list[str] = []
    settings: dict[str, str] = {}
    simulator: str = ""
    local: bool = False
    optional: bool = False
    registers: list[str] = []
    """The registers that its simulator plays; each address goes to `ONEDOOR_REGISTER_<CODE>`."""
    desk: dict[str, str] = {}
    """Where people of the simulated department work, `path` and `title`; the demo tells it."""


class Broken(Exception):
    """A connector cannot be used; the sentence names its folder and the fault."""


class Away:
    """Stands behind the ports of a connector that has no address."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, method: str) -> Any:
        async def refuse(*given: object, **named: object) -> NoReturn:
            raise ConnectionError(f"the connector {self._name} has no address: set ONEDOOR_{self._name.upper()}_URL")

        if method.startswith("_"):
            raise AttributeError(method)
        return refuse


class HomeSecrets:
    """Behind the port identity.Secrets: files of this installation's own folder."""

    def __init__(self, home: Path) -> None:
        self._home = home

    def key(self, name: str) -> bytes:
        return crypto.secret(self._home, name)


def manifests(folder: Path | None = None) -> dict[str, Manifest]:
    """Every connector's manifest, by folder name; Broken names the first one that cannot be read."""
    root = folder or Path(str(importlib.import_module("connectors").__file__)).parent
    found: dict[str, Manifest] = {}
    for path in sorted(root.glob("*/manifest.toml")):
        try:
            found[path.parent.name] = msgspec.convert(tomllib.loads(path.read_text("utf-8")), Manifest)
        except (tomllib.TOMLDecodeError, msgspec.ValidationError) as bad:
            raise Broken(f"connectors/{path.parent.name}/manifest.toml: {bad}") from bad
    return found


def read() -> None:
    """Every connector's program, before processes part. What cannot be read is told by whoever uses it, and by nobody else."""
    for folder in manifests():
        with contextlib.suppress(Exception):
            importlib.import_module(f"connectors.{folder}.plugin")


def port_named(name: str) -> type:
    """`identity.SmsGateway` → that Protocol."""
    room, _, port = name.partition(".")
    try:
        return getattr(importlib.import_module(f"onedoor.{room}.ports"), port)
    except (ImportError, AttributeError) as unknown:
        raise Broken(f"there is no port {name}") from unknown


def connect(ports: Ports, settings: Settings) -> None:
    """Stand every connector behind its ports."""
    ports.put(Secrets, HomeSecrets(settings.home))
    for folder, manifest in manifests().items():
        plugin = _plugin(folder, manifest, settings)
        if plugin is None:
            continue
        for name in manifest.implements:
            try:
                ports.put(port_named(name), plugin)
            except TypeError as lacking:
                raise Broken(f"connectors/{folder}: {lacking}") from lacking


def _plugin(folder: str, manifest: Manifest, settings: Settings) -> Any:
    """The plugin for its address or home; Away without an address, nothing for an optional one."""
    if manifest.local:
        return importlib.import_module(f"connectors.{folder}.plugin").connect(settings.home)
    if address := settings.connectors.get(manifest.name):
        return importlib.import_module(f"connectors.{folder}.plugin").connect(address)
    return None if manifest.optional else Away(manifest.name)
