"""`onedoor exchange`: how much is asked that is known already, and registers that are left alone."""

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import click

from onedoor.kernel.terminal import Refused

from .opened import database, home_option, run

if TYPE_CHECKING:
    from onedoor.kernel.config import Settings
    from onedoor.web.coverage import Share


@click.group()
def exchange() -> None:
    """Departments' registers: what they hold and how they answer."""


@exchange.command()
@home_option
@click.option("--at-least", type=click.IntRange(0, 100), help="Exit with 1 when the city's share is below this many percent.")
def coverage(home: Path, at_least: int | None) -> None:
    """Per service: fields, those a register holds, and the share of these that arrives filled; the city's total last."""
    from onedoor.kernel import config
    from onedoor.web import coverage as counting

    with database(home, migrated=True):
        shares = run(_coverage(config.from_environment()))
    for line in counting.table(shares):
        click.echo(line)
    held = sum(one.held for one in shares)
    share = sum(one.filled * one.held for one in shares) / held if held else 1.0
    if at_least is not None and share * 100 < at_least:
        raise Refused(f"{share:.0%} of what registers hold arrives filled, {at_least}% was asked for.")


async def _coverage(settings: "Settings") -> "list[Share]":
    from onedoor.kernel.work import system
    from onedoor.web.coverage import coverage
    from onedoor.web.house import House

    house = House(settings)
    await house.open(listen=False)
    try:
        async with house.begin(actor=system("exchange.coverage"), seconds=60) as work:
            return await coverage(work)
    finally:
        await house.close()


@exchange.command()
@click.argument("register")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--city", default="qinghe", show_default=True, help="Which city's folder describes the register.")
def drop(register: str, file: Path, city: str) -> None:
    """What would be found in FILE if the department of REGISTER laid it down; exit 1 when it would not stand. Changes nothing."""
    from onedoor.exchange.service import foreseen
    from onedoor.kernel.config import cities_folder

    path = cities_folder() / city / "exchange" / "registers" / f"{register}.toml"
    try:
        seen = foreseen(tomllib.loads(path.read_text("utf-8")), file.name, file.read_bytes())
    except (OSError, ValueError, LookupError) as bad:
        raise Refused(f"{path} cannot be read: {bad}") from None
    if seen is None:
        raise Refused(f"{file.name} is not the name of a file of {register}: NAME_YYYYMMDD_NNN.csv, with a NAME of its operations.")
    drop = seen.drop
    click.echo(f"{seen.resource} of {drop.as_of}: {drop.lines} lines, {len(drop.rows)} people, {drop.bad} without a key, "
               f"{drop.unmapped} not readable, {drop.doubles} twice ({drop.encoding or 'not read'})")  # fmt: skip
    for line in (*drop.faults, *drop.problems):
        click.echo(line)
    if not drop.fit:
        raise Refused("It would not stand.")


@exchange.command()
@home_option
@click.argument("register")
@click.argument("state", type=click.Choice(["open", "close"]))
def circuit(home: Path, register: str, state: str) -> None:
    """Leave REGISTER alone until it is closed again by hand (open), or ask it again (close)."""
    from onedoor.kernel import config

    with database(home, migrated=True):
        run(_circuit(config.from_environment(), register, "leave" if state == "open" else "back"))
    click.echo(f"{register}: {'left alone' if state == 'open' else 'asked again'}.")


async def _circuit(settings: "Settings", register: str, act: str) -> None:
    from onedoor.exchange.errors import NoSuchRegister
    from onedoor.exchange.service import stewarding
    from onedoor.kernel.work import system
    from onedoor.web.house import House

    house = House(settings)
    await house.open(listen=False)
    try:
        async with house.begin(actor=system("exchange.circuit")) as work:
            await stewarding.switch(work, register, act)
    except NoSuchRegister:
        raise Refused(f"There is no register {register}.") from None
    finally:
        await house.close()


commands = [exchange]
