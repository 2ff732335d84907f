"""`onedoor passes verify`: codes judged by files alone."""

import json
import sys
import time
from pathlib import Path
from typing import Any

import click

from onedoor.kernel.terminal import Refused

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command()
@click.argument("codes", nargs=-1)
@click.option("--bundle", type=FILE, required=True, help="What a gate is given: the answer of /api/gates/{gate}/bundle.")
@click.option("--list", "lists", type=FILE, multiple=True, help="A list of colours as /passes/lists/{shard}/full answers; may be repeated.")
@click.option("--at", type=int, help="Judge as of this moment, in unix seconds; else now.")
def verify(codes: tuple[str, ...], bundle: Path, lists: tuple[Path, ...], at: int | None) -> None:
    """One JSON line for each of CODES, or for each line of the input. Exit code 1 unless all are genuine. Needs no network."""
    from onedoor.passes import service

    now = at or int(time.time())
    try:
        judge = service.verifier(json.loads(bundle.read_text("utf-8")), [one.read_text("utf-8") for one in lists], now)
    except (ValueError, KeyError, TypeError) as bad:
        raise Refused(f"These files cannot be believed: {bad}") from None
    good = True
    for text in codes or (line.rstrip("\r\n") for line in sys.stdin):
        found: dict[str, Any] = service.verified(judge, text, now)
        good = good and found["result"] in ("ok", "paper")
        click.echo(json.dumps(found, ensure_ascii=False))
    sys.exit(0 if good else 1)
