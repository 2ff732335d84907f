"""`onedoor insight`: the public figures."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .opened import database, home_option, run

if TYPE_CHECKING:
    from onedoor.kernel.config import Settings


@click.group()
def insight() -> None:
    """The public figures of quality."""


@insight.command()
@home_option
def rebuild(home: Path) -> None:
    """Count all figures anew from the stored facts; applying and deciding go on meanwhile."""
    from onedoor.kernel import config

    with database(home, migrated=True):
        counts = run(_rebuild(config.from_environment()))
    click.echo(f"{counts:,} counts.")


async def _rebuild(settings: "Settings") -> int:
    from onedoor.insight import service
    from onedoor.kernel.work import system
    from onedoor.web.house import House

    house = House(settings)
    await house.open(listen=False)
    try:
        counts = await service.rebuild(house.begin)
        async with house.begin(actor=system("insight.publish"), seconds=60) as work:
            await service.publish(work)
    finally:
        await house.close()
    return counts


commands = [insight]
