"""Commands that run: up, demo, and the two that they start as children."""

import json
import os
from pathlib import Path
from typing import Any

import click

from .opened import home_option

host_option = click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
port_option = click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="Port to listen on; 0 takes a free one.",
)  # fmt: skip
workers_option = click.option("--workers", type=click.IntRange(0, 64), default=0, help="Web processes; 0 means one per core, at most 4.")


@click.command()
@home_option
@host_option
@port_option
@workers_option
def up(home: Path, host: str, port: int, workers: int) -> None:
    """Start the house: PostgreSQL, migrations, web and jobs, until Ctrl-C."""
    from onedoor.kernel.terminal import tell
    from onedoor.web.up import Tree, Wish

    Tree(Wish(home, host, port, workers)).run(lambda tree: tell(f"一扇门 Onedoor is open: {tree.url}"))


@click.command()
@home_option
@host_option
@port_option
@workers_option
@click.option("--city", envvar="ONEDOOR_CITY", default="qinghe", show_default=True, help="A folder under cities/.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON line {url, accounts, systems, pid} when ready.")
def demo(home: Path, host: str, port: int, workers: int, city: str, as_json: bool) -> None:
    """The same with a demo city, demo people and simulators of the outside world."""
    from onedoor.web import demo as demo_
    from onedoor.web.up import Tree, Wish

    def ready(tree: Any) -> None:
        people, desks = demo_.accounts(city), demo_.systems(tree.children)
        said = {"url": tree.url, "accounts": people, "systems": desks, "pid": os.getpid()}
        click.echo(json.dumps(said, ensure_ascii=False) if as_json else demo_.table(people, tree.url, desks))

    Tree(Wish(home, host, port, workers, city, demo=True)).run(ready)


@click.command(hidden=True)
@host_option
@port_option
@click.option("--workers", type=int, default=1)
def web(host: str, port: int, workers: int) -> None:
    """The web server alone; reads its settings from the environment."""
    from onedoor.web.serve import serve

    serve(host, port, workers)


@click.command(hidden=True)
def jobs() -> None:
    """The job worker alone; reads its settings from the environment."""
    from onedoor.web.worker import main

    main()


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def bench(words: tuple[str, ...]) -> None:
    """Measure CPU per operation against this machine's own limits (see docs/internals/measuring.md)."""
    import subprocess
    import sys

    from onedoor.web.children import ROOT

    raise SystemExit(subprocess.run([sys.executable, "-m", "bench", *words], cwd=ROOT, check=False).returncode)


commands = [up, demo, web, jobs, bench]
