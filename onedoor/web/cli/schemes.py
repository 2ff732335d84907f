"""`onedoor passes`: rules checked, previewed and enacted, everybody worked out again, and what the sunset would do."""

import datetime as dt
import tomllib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from onedoor.kernel.terminal import Refused

from .codes import verify
from .drill import drill
from .lists import lists
from .opened import database, home_option, run

if TYPE_CHECKING:
    from onedoor.web.house import House

T = TypeVar("T")
FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
scheme_option = click.option("--scheme", required=True, help="The scheme's code, as epi-2026.")


@click.group()
def passes() -> None:
    """Schemes of passes, and their rules."""


@passes.group()
def ruleset() -> None:
    """Rules: check a file, preview a version, put it into force."""


def in_house(home: Path, use: "Callable[[House], Awaitable[T]]") -> T:
    """With the house open; a refusal of a room is a sentence."""
    from onedoor.kernel import config
    from onedoor.kernel.problems import Problem
    from onedoor.web.house import House

    async def opened() -> T:
        house = House(config.from_environment())
        await house.open(listen=False)
        try:
            return await use(house)
        finally:
            await house.close()

    with database(home, migrated=True):
        try:
            return run(opened())
        except Problem as no:
            raise Refused(no.detail or (no.__doc__ or no.title).splitlines()[0]) from None


@ruleset.command()
@click.argument("file", type=FILE)
def check(file: Path) -> None:
    """Report every mistake in FILE, a scheme's TOML or its [ruleset] alone, and run its tests."""
    from onedoor.passes.service import faults_of_ruleset

    try:
        data: dict[str, Any] = tomllib.loads(file.read_text("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as bad:
        raise Refused(f"{file} is not TOML: {bad}") from None
    new, faults = faults_of_ruleset(data.get("ruleset", data))
    for where, what in faults:
        click.echo(f"{'.'.join(map(str, where))}: {what}" if where else what)
    if faults or new is None:
        raise Refused(f"{len(faults)} mistakes in {file}")
    click.echo(f"{file}: version {new.version}, {len(new.rule)} rules, {len(new.test)} tests passed.")


@ruleset.command()
@home_option
@scheme_option
@click.option("--version", type=int, required=True)
def preview(home: Path, scheme: str, version: int) -> None:
    """What a version would change, looked at for a sample, and kept for whoever signs."""
    from onedoor.kernel.work import system
    from onedoor.passes import service

    async def use(house: "House") -> Any:
        async with house.begin(actor=system("passes.preview"), seconds=60) as work:
            return await service.preview(work, scheme, version)

    found = in_house(home, use)
    click.echo(f"{found.looked:,} of {found.people:,} people looked at.")
    _changes(found.changes)


def _changes(changes: dict[str, int]) -> None:
    for change, count in sorted(changes.items()):
        before, after = change.split(">")
        click.echo(f"{count:,} from {before} to {after}")
    if not changes:
        click.echo("No colour changes.")


@ruleset.command()
@home_option
@scheme_option
@click.option("--version", type=int, required=True)
@click.option("--by", multiple=True, required=True, help="Phone of a member of staff who has signed; give it twice.")
def enact(home: Path, scheme: str, version: int, by: tuple[str, ...]) -> None:
    """Put a previewed version into force in the name of two members of staff who hold passes:sign, and work everybody out again."""
    from onedoor.kernel.work import system
    from onedoor.passes import service

    async def use(house: "House") -> Any:
        async with house.begin(actor=system("passes.enact"), seconds=60) as work:
            return await service.keeping.enact(work, scheme, version, by)

    done = in_house(home, use)
    click.echo(f"{scheme} version {version} is in force, signed by {' and '.join(one.name for one in done.approved_by)}.")


@passes.command()
@home_option
@scheme_option
@click.option("--from-version", "before", type=int, required=True)
@click.option("--to-version", "after", type=int, required=True)
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only people who declared on or after this day.")
@click.option("--apply", is_flag=True, help="Write the decisions and tell whoever gets another colour; without it, only count.")
def replay(home: Path, scheme: str, before: int, after: int, since: dt.datetime | None, apply: bool) -> None:
    """Work everybody out again under another version. Run again after it was stopped, it goes on where it was."""
    from onedoor.passes import service

    async def use(house: "House") -> Any:
        begun = since.replace(tzinfo=house.settings.zone) if since else service.EVER
        return await service.replay(house.begin, scheme, before, after, begun, apply=apply)

    done = in_house(home, use)
    click.echo(f"{done.looked:,} people {'worked out again' if apply else 'looked at; nothing was written'}.")
    _changes(done.changes)


@passes.command()
@home_option
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
def sunset(home: Path, dry_run: bool) -> None:
    """End what has passed its last day, and delete what has passed its retention; the clock does it nightly."""
    from onedoor.kernel.work import system
    from onedoor.passes import service

    async def use(house: "House") -> Any:
        if not dry_run:
            return await service.sunset(house.begin, house.ports)
        async with house.begin(actor=system("passes.sunset"), seconds=60) as work:
            return await service.due(work)

    found = in_house(home, use)
    words = {"end": "ends", "delete": "is deleted", "wait": "waits for its deletion"}
    for one in found:
        click.echo(f"{one.scheme} {words[one.step]} ({one.on})")
        for table, rows in one.rows.items():
            click.echo(f"  passes.{table}: {rows:,} rows")
    if not found:
        click.echo("Nothing has ended.")


passes.add_command(verify)
passes.add_command(lists)
passes.add_command(drill)
commands = [passes]
