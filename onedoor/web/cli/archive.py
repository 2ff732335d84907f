"""`onedoor backup` and `onedoor restore`: everything of a home in one sealed file."""

from pathlib import Path

import click

from onedoor.kernel.terminal import Refused, tell

from .opened import database, home_option

passphrase_option = click.option(
    "--passphrase-file", type=click.Path(path_type=Path), envvar="ONEDOOR_PASSPHRASE_FILE",
    help="A file with the passphrase that seals the archive (12 bytes or more).",
)  # fmt: skip


@click.command()
@home_option
@passphrase_option
@click.argument("file", type=click.Path(path_type=Path))
def backup(home: Path, passphrase_file: Path | None, file: Path) -> None:
    """Write database, uploads and keys into FILE; the house may go on running."""
    from onedoor.web import archive, sealed

    if not (home / ".lock").exists() and not (home / "keys").is_dir():  # a home without a server of its own has no lock
        raise Refused(f"There is no data folder {home}: name it with --home.")
    if file.exists():
        raise Refused(f"{file} exists already: name a new file, so that no older backup is lost.")
    words = sealed.passphrase(passphrase_file) if passphrase_file else None
    with database(home) as url:
        made = archive.backup(home.resolve(), url, file, words)
    if not words:
        tell("Not encrypted: it holds personal data and signing keys. Keep it where only you can read it, or use --passphrase-file.")
    click.echo(f"{sum(made.rows.values()):,} rows, {len(made.files) - 1} files, {file.stat().st_size:,} bytes in {file}")


@click.command()
@home_option
@passphrase_option
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def restore(home: Path, passphrase_file: Path | None, file: Path) -> None:
    """Read FILE into an empty data folder, then print what is there."""
    from onedoor.kernel import pg_report
    from onedoor.web import archive, sealed

    from .opened import run

    words = sealed.passphrase(passphrase_file) if passphrase_file else None
    manifest, rows = archive.restore(home, file, words)
    for table, count in rows.items():
        click.echo(f"{count:>10,}  {table}")
    click.echo(f"{sum(rows.values()):,} rows and {len(manifest.files) - 1} files of {manifest.made_at} are in {home}.")
    with database(home) as url:
        faults = run(pg_report.faults(url))
    click.echo("\n".join(f"check: {fault}" for fault in faults) or "check: no faults.")


commands = [backup, restore]
