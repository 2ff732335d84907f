"""`onedoor audit` and `onedoor passes certificates`: whether records and logs are what they were, and whose certificates are believed."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from onedoor.kernel.terminal import Refused

from .opened import home_option
from .schemes import FILE, in_house, passes

if TYPE_CHECKING:
    from onedoor.web.house import House


@click.group()
def audit() -> None:
    """Whether the records of looks and the log of tracing are what they were."""


@audit.command()
@home_option
@click.option("--key", "believed", multiple=True, help="With FILE: believe only seals signed with this key (its number at /about/data).")
@click.argument("file", type=FILE, required=False)
def verify(home: Path, believed: tuple[str, ...], file: Path | None) -> None:
    """Work everything out again: the chain of each person's records, the seals over them, the log of tracing.

    With FILE, a person's own download, that file alone and without a house. Exit code 1, with what does not fit, when anything was changed.
    """
    if file is not None:
        verify_file(file, set(believed) or None)
        return
    from onedoor.kernel.work import system
    from onedoor.passes import service
    from onedoor.tracker.service import verifying

    async def use(house: "House") -> "tuple[service.Finding, verifying.Verdict]":
        async with house.begin(actor=system("passes.audit"), seconds=600) as work:
            traced = await service.verify_log(work)
        return traced, await verifying.everything(house.begin)

    traced, looked = in_house(home, use)
    for one in looked.findings:
        who = f" of {one.citizen_ref}, record {one.seq}" if one.citizen_ref else ""
        click.echo(f"{one.fault}{who}: " + (f"seal {one.seal} of {one.day} names it" if one.seal else "not sealed yet"))
    if traced.broken is not None:
        raise Refused(f"line {traced.broken} of the log of tracing does not fit ({traced.why}); the {traced.lines} before it do")
    if looked.findings:
        raise Refused(f"{len(looked.findings)} faults in {looked.looks:,} records of {looked.people:,} people and {looked.seals:,} seals")
    click.echo(f"{traced.lines:,} lines, each follows from the one before it.")
    click.echo(f"{looked.looks:,} records of {looked.people:,} people and {looked.seals:,} seals: nothing was changed.")


def verify_file(path: Path, believed: set[str] | None) -> None:
    """A person's own download: what does not fit, or how much does."""
    from onedoor.tracker.service import file

    try:
        given = file.read(path.read_bytes())
        found = file.check(given, believed)
    except ValueError as bad:
        raise Refused(f"{path} is no file of records: {bad}") from None
    for fault in found.faults:
        click.echo(fault)
    if found.faults:
        raise Refused(f"{path}: {len(found.faults)} faults in {found.rows:,} records")
    click.echo(f"{found.rows:,} records, each follows from the one before it; {found.sealed:,} of them are sealed.")
    click.echo(f"Signed with {', '.join(found.keys) or 'no key yet'}: compare with {given.city} at /about/data.")


@click.group()
def certificates() -> None:
    """Whose HC1 certificates and SMART Health Cards are believed."""


@certificates.command("import")
@home_option
@click.argument("file", type=FILE)
def import_(home: Path, file: Path) -> None:
    """Believe the issuers of FILE from now on, and no others: {"certificates": […], "issuerInfo": […], "revoked": […]}."""
    from onedoor.kernel.work import system
    from onedoor.passes import service

    raw = file.read_bytes()

    async def use(house: "House") -> tuple[int, int, int]:
        async with house.begin(actor=system("passes.certificates"), seconds=60) as work:
            found = await service.import_certificates(work, json.loads(raw), raw)
            return found.size, len(found.revoked), found.skipped

    try:
        keys, revoked, skipped = in_house(home, use)
    except ValueError as bad:
        raise Refused(f"{file} is no list of issuers: {bad}") from None
    click.echo(f"{keys:,} keys, {revoked:,} revoked certificates; {skipped:,} entries could not be read.")


passes.add_command(audit)
passes.add_command(certificates)
commands = [audit]
