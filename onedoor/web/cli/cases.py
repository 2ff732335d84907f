"""`onedoor cases`: clocks counted anew, a form walked from end to end, a rule asked again, cases written out for an archive."""

import datetime as dt
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from onedoor.kernel.terminal import Refused

from .opened import home_option
from .schemes import in_house

if TYPE_CHECKING:
    from onedoor.cases.service.walking import Walked
    from onedoor.web.house import House

DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def cases() -> None:
    """Cases: their clocks, forms and rules."""


@cases.command("recompute-clocks")
@home_option
@click.option("--dry-run", "dry", is_flag=True, help="Only say which days would change; nothing is written, nobody is told.")
def recompute_clocks(home: Path, dry: bool) -> None:
    """Count the days of every open case anew, after a calendar was published or put right. Whoever's day moves is told."""
    from onedoor.cases.service import recounts

    async def use(house: "House") -> int:
        count = 0
        async for one in recounts.clocks(house.begin, dry=dry):
            click.echo(f"{one.number}: {one.due_before} → {one.due_after}")
            count += 1
        return count

    count = in_house(home, use)
    click.echo(f"{count:,} open cases {'would have' if dry else 'have'} other days.")


@cases.command()
@home_option
@click.argument("item")
@click.option("--from", "first", type=DAY, required=True, help="Handed in from this day on.")
@click.option("--to", "last", type=DAY, help="Up to and including this day; today when it is left out.")
def replay(home: Path, item: str, first: dt.datetime, last: dt.datetime | None) -> None:
    """Ask the rule that grants ITEM at once again, with the values it read of each case; exit 1 when it says something else."""
    from onedoor.cases.service import recounts

    async def use(house: "House") -> tuple[int, int, list[str]]:
        until = last.date() if last else house.now().astimezone(house.settings.zone).date()
        told = [one async for one in recounts.replays(house.begin, item, first.date(), until, house.settings.zone)]
        return len(told), sum(not one.kept for one in told), [one.number for one in told if not one.same]

    asked, unkept, others = in_house(home, use)
    for number in others:
        click.echo(f"{number}: the rule says something else")
    click.echo(f"{asked:,} cases: {asked - unkept - len(others):,} the same, {len(others):,} different, {unkept:,} without their values.")
    if others:
        raise Refused(f"{len(others)} of {asked} verdicts do not follow from what the rule looked at")


@cases.command()
@home_option
@click.argument("item")
def walk(home: Path, item: str) -> None:
    """Walk every way through ITEM's form, at most 500; exit 1 when a page is never reached or a way cannot be handed in."""
    from onedoor.cases.service import walking
    from onedoor.kernel.work import system

    async def use(house: "House") -> "Walked":
        async with house.begin(actor=system("cases.walk"), locale="en") as work:
            return await walking.walk(work, item)

    seen = in_house(home, use)
    for page in [] if seen.capped else seen.unreached:
        click.echo(f"never reached: {page}")
    for one in seen.stuck:
        chosen = ", ".join(f"{pointer} = {value!r}" for pointer, value in one.chosen.items()) or "the only way"
        click.echo(f"{chosen}: " + "; ".join(f"{fault.pointer} {fault.detail}" for fault in one.faults))
    click.echo(f"{seen.paths} ways{', and more' if seen.capped else ''}; {len(seen.stuck)} do not end.")
    if not seen.good:
        raise Refused(f"the form of {item} cannot be published like that")


@cases.command()
@home_option
@click.argument("item")
@click.argument("file", type=click.Path(path_type=Path, exists=False, dir_okay=False))
@click.option("--from", "first", type=DAY, required=True, help="Handed in from this day on.")
@click.option("--to", "last", type=DAY, required=True, help="Up to and including this day.")
@click.option("--reason", required=True, help="Why; whose cases they are read it.")
@click.option("--by", multiple=True, required=True, help="Phone of a supervisor of the department, then of a colleague who handles cases.")
def export(home: Path, item: str, file: Path, first: dt.datetime, last: dt.datetime, reason: str, by: tuple[str, ...]) -> None:
    """Write the cases of ITEM into FILE, a line of JSON each, in the name of two of its department; each person reads of it."""
    from onedoor.cases.service import exporting
    from onedoor.kernel.work import system

    async def use(house: "House") -> int:
        async with house.begin(actor=system("cases.export")) as work:
            agreed = await exporting.agreed(work, item, reason, by)
        count = 0
        with os.fdopen(fresh_file(file), "w", encoding="utf-8") as out:
            async for line in exporting.lines(house.begin, agreed, first.date(), last.date(), house.settings.zone):
                out.write(json.dumps(line, ensure_ascii=False) + "\n")
                count += 1
        return count

    click.echo(f"{in_house(home, use):,} cases.")


def fresh_file(file: Path) -> int:
    """A file that nobody else reads and that was not there."""
    try:
        return os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as bad:
        raise Refused(f"{file} cannot be written: {bad.strerror}") from None


commands = [cases]
