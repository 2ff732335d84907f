"""`onedoor passes lists`: lists of colours and of identity numbers made now, and as files for gates that no network reaches."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .opened import home_option

if TYPE_CHECKING:
    from onedoor.web.house import House


@click.group()
def lists() -> None:
    """What gates know of colours."""


@lists.command()
@home_option
@click.option("--scheme", default="", help="Only the list of this scheme; without it, all of them, and the lists of identity numbers.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Also write each signed list into this folder: <shard>.jwt.")
def build(home: Path, scheme: str, out: Path | None) -> None:
    """Make the next lists now instead of at the clock's five minutes; a list is signed, so any way to a gate will do."""
    from onedoor.kernel.work import system
    from onedoor.passes import service

    from .schemes import in_house

    async def use(house: "House") -> list[str]:
        async with house.begin(actor=system("passes.lists"), seconds=600) as work:
            await service.build_lists(work, scheme)
            numbers = [] if scheme else await service.build_numbers(work)
        await service.look(house.begin)
        said: list[str] = []
        for shard, one in sorted(service.held_lists().items()):
            token = service.list_token(house.now(), shard)
            if token and out:
                out.mkdir(parents=True, exist_ok=True)
                (out / f"{shard}.jwt").write_text(token[0], "ascii")
            size = len(token[0]) if token else 0
            said.append(f"list {shard}: number {one.list.seq}, {len(one.packed):,} bytes packed, {size:,} as signed")
        said += [f"numbers of {one.scheme}: {one.many:,} people, {one.bits} bits, for the UTC day {one.day}" for one in numbers]
        return said

    for line in in_house(home, use) or ["No scheme holds today: there is nothing to build."]:
        click.echo(line)
