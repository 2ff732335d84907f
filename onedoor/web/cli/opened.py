"""What commands share: the `--home` option and a database that is up while they work."""

import asyncio
import os
from collections.abc import Coroutine, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from onedoor.kernel.terminal import Refused, tell

T = TypeVar("T")

home_option = click.option(
    "--home", type=click.Path(path_type=Path), envvar="ONEDOOR_HOME", default=Path(".onedoor"), show_default=True,
    help="The data folder.",
)  # fmt: skip


@contextmanager
def database(home: Path, *, migrated: bool = False) -> Generator[str]:
    """The address of the home's database; its own server is started for this if it does not run, and stopped again.

    With `migrated`, commands that write through the rooms find every migration applied.
    """
    from onedoor.kernel.postgres import Cluster

    os.environ["ONEDOOR_HOME"] = str(home.expanduser().absolute())
    cluster, ran, url = None, True, os.environ.get("ONEDOOR_DATABASE_URL", "")
    if not url:
        cluster = Cluster(home)
        ran = cluster.ready()
        url = cluster.ensure()
    os.environ["ONEDOOR_DATABASE_URL"] = url
    try:
        if migrated:
            from onedoor.kernel.migrate import migrate

            run(migrate(url, tell))
        yield url
    finally:
        if cluster:
            del os.environ["ONEDOOR_DATABASE_URL"]
            if not ran:
                cluster.stop()


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine; a database that does not answer is a sentence, not a traceback."""
    import asyncpg

    try:
        return asyncio.run(work)
    except (OSError, asyncpg.PostgresConnectionError, asyncpg.InvalidAuthorizationSpecificationError,
            asyncpg.InvalidCatalogNameError) as away:
        raise Refused(f"The database does not answer: {away or type(away).__name__}") from None


def tool(name: str, url: str, *args: str, **how: Any) -> int:
    """Run psql, pg_dump or pg_restore of our PostgreSQL against an address; its exit code."""
    import subprocess

    from onedoor.kernel.pg_place import bindir

    return subprocess.run([str(bindir() / name), f"--dbname={url}", *args], check=False, **how).returncode
