"""`onedoor search`: what finds what, and how well."""

import os
from pathlib import Path

import click

from onedoor.kernel.terminal import Refused

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.group()
def search() -> None:
    """What finds what, and how well."""


@search.command(name="eval")
@click.argument("file", type=FILE)
@click.option("--catalog", "listed", type=FILE, required=True, help="The items, as `onedoor import catalog` takes them.")
@click.option("--thesaurus", type=FILE, help="A city's thesaurus.tsv; without it that of the chosen city.")
@click.option("--bare", is_flag=True, help="Without any thesaurus.")
@click.option("--misses", is_flag=True, help="Also each query whose first answer is wrong.")
def evaluate(file: Path, listed: Path, thesaurus: Path | None, bare: bool, misses: bool) -> None:
    """How often the wished item comes first, and among the first five, and how sure it reads, for the queries in FILE (JSONL)."""
    from onedoor.kernel.config import cities_folder
    from onedoor.web import search_eval

    asked = search_eval.queries(file)
    if not asked:
        raise Refused(f"{file} holds no queries.")
    known, own = search_eval.items(listed), cities_folder() / os.environ.get("ONEDOOR_CITY", "qinghe") / "thesaurus.tsv"
    answers = search_eval.answers(known, None if bare else thesaurus or own)
    find = search_eval.codes(answers)
    table, wrong = search_eval.measured(find, [one for one in asked if one.expect])
    if misses:
        names = {one.id: one.name for one in known}
        for query, found in wrong:
            got = " / ".join(names[code] for code in found[:3])
            click.echo(f"{query.query} [{query.type}] wants {' / '.join(names.get(c, c) for c in query.expect)}, got {got or 'nothing'}")
    for line in [search_eval.HEAD, *table] if table else []:
        click.echo(line)
    for read in [search_eval.READ, *search_eval.readings(answers, asked)]:
        click.echo(read)
    median, worst = search_eval.milliseconds(find, asked)
    click.echo(f"{len(known):,} items, one search: p50 {median:.2f} ms, p99 {worst:.2f} ms")


commands = [search]
