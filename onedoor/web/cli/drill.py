"""`onedoor passes drill`: that passes are shown and checked while the house is away, tried with a house that may be hurt."""

import shutil
import tempfile
from pathlib import Path

import click


@click.command()
@click.option("--down", is_flag=True, help="Take the house away before anything is shown; without it, the same while it stands.")
@click.option("--people", type=click.IntRange(1, 8), default=4, show_default=True, help="Who declares and shows.")
@click.option("--each", type=click.IntRange(1, 500), default=250, show_default=True, help="Codes that each of them shows.")
@click.option("--city", envvar="ONEDOOR_CITY", default="qinghe", show_default=True, help="A folder under cities/.")
def drill(down: bool, people: int, each: int, city: str) -> None:
    """Open a house in a folder of its own, let people declare, kill it with --down, and show and check codes without it. Takes two minutes.

    Refused unless every code of a green person passes, one who turned red before the last list is stopped, and every line of the gate's log
    is kept once when the house is up again. The installation at ONEDOOR_HOME is not touched.
    """
    folder = Path(tempfile.mkdtemp(prefix="onedoor-drill-"))
    folder.chmod(0o711)  # the database's own user has to pass through
    from onedoor.web.drill import House, run

    house = House(folder, city)
    try:
        run(house, down, people, each, click.echo)
    finally:
        house.remove()
        shutil.rmtree(folder, ignore_errors=True)
