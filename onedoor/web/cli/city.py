"""`onedoor city`, `onedoor import` and `onedoor keys`: a city's data, lists of service items, signing keys."""

import os
from pathlib import Path

import click

from onedoor.kernel.terminal import Refused

from .opened import database, home_option, run


@click.group()
def city() -> None:
    """A city's data: check a folder, load it."""


def _folder(name: Path) -> Path:
    """A folder by its path, or a city of ours by its name."""
    from onedoor.kernel.config import cities_folder

    folder = name if name.is_dir() else cities_folder() / name
    if not (folder / "city.toml").is_file():
        raise Refused(f"{name} is no city: there is no {folder / 'city.toml'}")
    return folder.resolve()


@city.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
def check(folder: Path) -> None:
    """Report every mistake in DIR with file and line."""
    from onedoor.web.city_check import check as check_

    if not folder.is_dir():
        folder = _folder(folder)
    faults = check_(folder)
    for fault in faults:
        click.echo(fault)
    if faults:
        raise Refused(f"{len(faults)} mistakes in {folder}")
    click.echo(f"{folder}: no mistakes.")


@city.command()
@home_option
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--demo", is_flag=True, help="Also the demo people of DIR/demo.")
def load(home: Path, folder: Path, demo: bool) -> None:
    """Load DIR (or the name of a city under cities/); loading it again changes nothing."""
    from onedoor.kernel import config
    from onedoor.web import city as loader

    place = _folder(folder)
    os.environ["ONEDOOR_CITIES"], os.environ["ONEDOOR_CITY"] = str(place.parent), place.name
    with database(home, migrated=True):
        try:
            loaded = run(loader.load(config.from_environment(), place, demo=demo))
        except loader.Faulty as wrong:
            for fault in wrong.faults:
                click.echo(fault)
            raise Refused(f"{wrong}; nothing was loaded.") from None
    parts = ", ".join(f"{count} {name}" for name, count in loaded.parts.items() if count)
    click.echo(f"{place.name}: {parts} added or changed." if parts else f"{place.name}: nothing has changed.")


@click.group(name="import")
def import_() -> None:
    """Take in lists made elsewhere."""


@import_.command()
@home_option
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--skip-bad", is_flag=True, help="Leave bad lines out, saying which, instead of importing nothing.")
def catalog(home: Path, file: Path, skip_bad: bool) -> None:
    """Import service items from FILE (JSONL); importing them again changes nothing."""
    from onedoor.kernel import config
    from onedoor.web import imports

    if not file.is_file():
        raise Refused(f"There is no file {file}.")
    with database(home, migrated=True):
        done = run(imports.import_catalog(config.from_environment(), file, skip_bad))
    for bad in done.bad:
        click.echo(f"{file}: {bad}")
    if done.change is None:
        raise Refused(f"{len(done.bad)} bad lines of {done.lines:,}: nothing was imported. Mend them, or leave them out with --skip-bad.")
    skipped = f", {len(done.bad)} bad lines left out" if done.bad else ""
    click.echo(f"{done.lines:,} lines: {done.change}{skipped}.")


@click.group()
def keys() -> None:
    """The keys that sign certificates and ID tokens."""


@keys.command()
@home_option
@click.option("--of", type=click.Choice(["wallet", "oauth"]), default="wallet", help="certificates, or ID tokens of linked apps")
def rotate(home: Path, of: str) -> None:
    """Make a new signing key; what the old one has signed stays valid. Running workers notice by themselves."""
    from onedoor.providers import service as providers
    from onedoor.wallet import service as wallet

    if not (home / "keys").is_dir():
        raise Refused(f"{home} holds no keys yet: they are made at the first start (onedoor up --home {home}).")
    click.echo(f"New signing key {(wallet if of == 'wallet' else providers).rotate_keys(home)}")


commands = [city, import_, keys]
