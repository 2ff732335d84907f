"""`onedoor db …`: the database by hand."""

import os
import uuid
from pathlib import Path

import click

from onedoor.kernel.terminal import Refused, tell, waiting

from .opened import database, home_option, run, tool


@click.group()
def db() -> None:
    """The database: start, stop, look, migrate, check, dump, restore, jobs."""


@db.command()
@home_option
def start(home: Path) -> None:
    """Start the home's own PostgreSQL and leave it running."""
    from onedoor.kernel.postgres import Cluster

    _ours()
    click.echo(Cluster(home).ensure())


@db.command()
@home_option
def stop(home: Path) -> None:
    """Stop the home's own PostgreSQL."""
    from onedoor.kernel.postgres import Cluster

    _ours()
    cluster = Cluster(home)
    if not cluster.answers():
        raise Refused(f"No PostgreSQL runs for {cluster.home}.")
    cluster.stop()


@db.command()
@home_option
def status(home: Path) -> None:
    """Say whether the server answers, its version, size and migrations; exit 1 when it does not."""
    from onedoor.kernel import pg_report
    from onedoor.kernel.postgres import Cluster

    url = os.environ.get("ONEDOOR_DATABASE_URL")
    if not url:
        if not (home / ".lock").exists():
            raise Refused(f"There is no data folder {home}: make it with: onedoor up --home {home}")
        cluster = Cluster(home)
        if not cluster.ready():
            raise Refused(f"PostgreSQL does not run for {cluster.home}: onedoor db start")
        url = cluster.dsn
    for line in run(pg_report.status(url)):
        click.echo(line)


@db.command(context_settings={"ignore_unknown_options": True})
@home_option
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def psql(home: Path, words: tuple[str, ...]) -> None:
    """An SQL prompt (or psql's own options, such as -c 'select 1')."""
    with database(home) as url:
        raise SystemExit(tool("psql", url, *words))


@db.command()
@home_option
def migrate(home: Path) -> None:
    """Apply the migrations this database lacks."""
    from onedoor.kernel import migrate as runner

    with database(home) as url:
        done = run(runner.migrate(url, tell))
    click.echo(f"{done} migrations applied." if done else "Nothing to migrate.")


@db.command()
@home_option
def check(home: Path) -> None:
    """Look for pending or changed migrations, unlabelled or open tables, invalid indexes and damaged pages."""
    from onedoor.kernel import pg_report

    with database(home) as url:
        faults = run(pg_report.faults(url))
    if faults:
        raise Refused("\n  ".join([f"{len(faults)} faults:", *faults]))
    click.echo("No faults.")


@db.command()
@home_option
@click.argument("file", type=click.Path(path_type=Path))
def dump(home: Path, file: Path) -> None:
    """Write the database alone into FILE (pg_dump's custom format)."""
    _new(file)
    with database(home) as url, waiting("Dumping"):
        if tool("pg_dump", url, "--format=custom", f"--file={file}"):
            raise Refused("pg_dump failed; its lines stand above.")
    file.chmod(0o600)
    click.echo(f"{file.stat().st_size:,} bytes in {file}")


@db.command()
@home_option
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def restore(home: Path, file: Path) -> None:
    """Read FILE into a database that is empty."""
    from onedoor.web.archive import load_dump

    with database(home) as url:
        for table, rows in load_dump(url, file).items():
            click.echo(f"{rows:>10,}  {table}")


@db.command()
@home_option
@click.argument("word", type=click.Choice(["retry"]), required=False)
@click.argument("job", type=click.UUID, required=False)
def jobs(home: Path, word: str | None, job: uuid.UUID | None) -> None:
    """List the queues and the jobs that failed too often; `retry ID` gives one another chance."""
    if word and job is None:
        raise click.UsageError("retry needs the id of a job; `onedoor db jobs` lists them.")
    with database(home) as url:
        lines = run(_jobs(url, job))
    for line in lines:
        click.echo(line)


async def _jobs(url: str, job: uuid.UUID | None) -> list[str]:
    from onedoor.kernel.db import Database
    from onedoor.web import watch_store

    house = await Database.open(url, 1)
    try:
        async with house.tx(role="job") as db_:
            if job is not None:
                if not await watch_store.retry(db_, job):
                    raise Refused(f"No failed job has the id {job}.")
                return [f"{job} will run again."]
            queues, dead = await watch_store.queues(db_), await watch_store.dead(db_)
            lines = [f"{q.queue}: {q.waiting} waiting, {q.running} running, oldest {q.lag_seconds:.0f} s" for q in queues]
            lines += [f"dead {j.id} {j.queue} {j.kind} after {j.attempts} attempts: {j.last_error}" for j in dead]
            return lines or ["No job waits, none has failed."]
    finally:
        await house.close()


def _ours() -> None:
    if os.environ.get("ONEDOOR_DATABASE_URL"):
        raise Refused("ONEDOOR_DATABASE_URL names somebody else's server: it is not ours to start or stop.")


def _new(file: Path) -> None:
    if file.exists():
        raise Refused(f"{file} exists already: name a new file, so that no older copy is lost.")
    if not file.absolute().parent.is_dir():
        raise Refused(f"There is no folder {file.absolute().parent}.")


commands = [db]
