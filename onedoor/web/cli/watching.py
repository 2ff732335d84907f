"""`onedoor passes audit` and `onedoor passes certificates`: whether the log of tracing is whole, and whose certificates are believed."""

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
    """The log of tracing."""


@audit.command()
@home_option
def verify(home: Path) -> None:
    """Work the log of tracing out again, line by line. Exit code 1, with the first line that does not fit, when anything was changed."""
    from onedoor.kernel.work import system
    from onedoor.passes import service

    async def use(house: "House") -> "service.Finding":
        async with house.begin(actor=system("passes.audit"), seconds=600) as work:
            return await service.verify_log(work)

    found = in_house(home, use)
    if found.broken is not None:
        raise Refused(f"line {found.broken} does not fit ({found.why}); the {found.lines} before it do")
    click.echo(f"{found.lines:,} lines, each follows from the one before it.")


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
