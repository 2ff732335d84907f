"""`onedoor exchange`: whether registers answer, what forms would ask of them, how much arrives, and seals over what was looked at."""

import datetime as dt
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import click

from onedoor.kernel.terminal import Refused

from .opened import database, home_option, run
from .schemes import FILE, in_house
from .watching import verify_file

if TYPE_CHECKING:
    from onedoor.exchange.service.surveying import Planned, Surveyed
    from onedoor.kernel.config import Settings
    from onedoor.tracker.models import Seal
    from onedoor.web.asked_once import Office
    from onedoor.web.coverage import Share
    from onedoor.web.house import House

IN_THE_WAY = {
    "": "asked", "consent": "asked once the person has agreed", "none": "no agreement for this service",
    "ended": "the agreement has ended", "purpose": "not for this purpose", "register": "the register is switched off or blocked",
    "unconnected": "the register is not connected here", "element": "the register does not offer it any more",
}  # fmt: skip


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


@exchange.command()
@home_option
def check(home: Path) -> None:
    """Look at every register: whether it answers, and how fast. Exit code 1 when one that should does not."""
    from onedoor.exchange.service import surveying

    async def use(house: "House") -> "list[Surveyed]":
        return await surveying.survey(house.begin, house.ports)

    found = in_house(home, use)
    for one in found:
        took = "" if one.took_ms is None else f"{one.took_ms:>8,} ms"
        click.echo(f"{one.register.code:<24}{one.register.transport:<8}{one.state:<14}{took}".rstrip())
    if unwell := [one.register.code for one in found if one.state in surveying.UNWELL]:
        raise Refused(f"{', '.join(unwell)}: no answer, or blocked.")


@exchange.command()
@home_option
@click.argument("service")
@click.option("--purpose", default="apply", show_default=True, help="What it would be for.")
@click.option("--dry-run", is_flag=True, help="Has to be there: no command asks about anybody.")
def ask(home: Path, service: str, purpose: str, dry_run: bool) -> None:
    """What the form of SERVICE would ask of registers, by which agreements; exit code 1 when something is in the way of a fact."""
    if not dry_run:
        raise Refused("A register is asked about somebody in a case of theirs, never by a command. Look at what would be asked: --dry-run")
    from onedoor.exchange.service import surveying
    from onedoor.kernel.work import system
    from onedoor.web.planned import planned

    async def use(house: "House") -> "list[Planned] | None":
        async with house.begin(actor=system("exchange.ask")) as work:
            return await planned(work, service, purpose)

    found = in_house(home, use)
    if found is None:
        raise Refused(f"There is no open form of a service {service}.")
    for one in found:
        click.echo(f"{one.element:<28}{one.resource:<24}{one.agreement or '-':<24}{IN_THE_WAY[one.why]}")
    stuck = sum(one.why not in surveying.MAY for one in found)
    if stuck:
        raise Refused(f"{stuck} of {len(found)} facts would not be asked.")
    click.echo(f"{len(found)} facts would be asked of registers.")


@exchange.command()
@click.option("--key", "believed", multiple=True, help="Believe only seals signed with this key (its number at /about/data).")
@click.argument("file", type=FILE)
def verify(believed: tuple[str, ...], file: Path) -> None:
    """Work out again FILE, what a person has downloaded: their own records, or the receipt of a consent. Needs no house and no network."""
    from onedoor.exchange.service import receipting

    try:
        given = receipting.read(file.read_bytes())
    except ValueError:
        verify_file(file, set(believed) or None)
        return
    found = receipting.check(given)
    if found.faults:
        raise Refused(f"{file}: {'; '.join(found.faults)}")
    click.echo(f"{found.consent} is as it was signed{', and was taken back' if found.revoked else ''}: {given.words.zh}")
    click.echo(f"Signed with {found.fingerprint}: compare with what {given.city} reads out.")


@exchange.command()
@home_option
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="Seal nothing; print this day's seals as they are published, one a line.")
def seal(home: Path, day: dt.datetime | None) -> None:
    """Seal now what has been looked at since the last seal; the clock does it every hour."""
    from onedoor.kernel.work import system
    from onedoor.tracker.service import sealing

    async def now(house: "House") -> "Seal | None":
        return await sealing.seal(house.begin)

    async def listed(house: "House") -> list[bytes]:
        assert day is not None
        async with house.begin(actor=system("exchange.seal"), seconds=60) as work:
            return [sealing.published(one) for one in await sealing.of_day(work, day.date())]

    if day is not None:
        for line in in_house(home, listed):
            click.echo(line)
        return
    made = in_house(home, now)
    click.echo(f"Seal {made.n}: {made.heads:,} people, root {made.root.hex()}." if made else "Nothing was looked at since the last seal.")


@exchange.command()
@home_option
def meter(home: Path) -> None:
    """Per department: what its forms ask, what registers hold of it, and how much of that came in thirty days. Small counts are unsaid."""
    from onedoor.kernel.work import system
    from onedoor.web.asked_once import FEWEST, offices

    async def use(house: "House") -> "list[Office]":
        async with house.begin(actor=system("exchange.meter"), seconds=60) as work:
            return await offices(work, house.begin)

    few = f"< {FEWEST}"
    click.echo(f"{'department':<20}{'fields':>8}{'known':>8}{'asked':>8}{'came':>8}{'filled':>9}{'again':>8}")
    for one in in_house(home, use):
        filled = "" if one.percent is None else f"{one.percent:g}%"
        asked, came, again = (few if n is None else f"{n:,}" for n in (one.asked, one.came, one.again))
        click.echo(f"{one.code:<20}{one.fields:>8}{one.known:>8}{asked:>8}{came:>8}{filled:>9}{again:>8}")


commands = [exchange]
