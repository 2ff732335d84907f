"""`onedoor wallet`: types checked, certificates issued, ended, taken over and verified, status lists written out."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from onedoor.kernel.terminal import Refused

from .opened import home_option
from .schemes import FILE, in_house

if TYPE_CHECKING:
    from onedoor.wallet.service import Report
    from onedoor.web.house import House

STATES = {"revoked": "REVOKED", "cancelled": "CANCELLED", "withdrawn": "WITHDRAWN"}
OURS = ("cert_types.toml", "verifiers.toml")


@click.group()
def wallet() -> None:
    """Certificates: types, issuing, ending, lists, verifying."""


@wallet.group()
def types() -> None:
    """Kinds of certificates."""


@types.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False), metavar="DIR")
def check(folder: Path) -> None:
    """Report every mistake in the types and verifiers of a city's DIR, with file and line."""
    from onedoor.web.city_check import check as check_
    from onedoor.web.city_files import read

    faults = [fault for fault in check_(folder) if fault.file in OURS]
    for fault in faults:
        click.echo(fault)
    if faults:
        raise Refused(f"{len(faults)} mistakes in the certificates of {folder}")
    found = read(folder)
    kinds, verifiers = [*found.entries(found.cert_types, "type")], [*found.entries(found.verifiers, "verifier")]
    click.echo(f"{len(kinds)} types, {len(verifiers)} verifiers: no mistakes.")


@wallet.command()
@home_option
@click.argument("file", type=FILE)
def issue(home: Path, file: Path) -> None:
    """Issue what FILE lists, in each type's department's name: JSONL of {"type", "id_number", "name", "decision", "claims", "valid_days"}.
    By one decision a holder gets one certificate of a type: doing it again changes nothing."""
    from onedoor.identity.ports import Secrets
    from onedoor.wallet import service
    from onedoor.web.wallet_files import lines

    async def use(house: "House") -> "Report":
        return await service.issue_all(house.begin, house.ports.get(Secrets), lines(file))

    _report(file, in_house(home, use), "issued")


@wallet.command("import")
@home_option
@click.argument("file", type=FILE)
def import_(home: Path, file: Path) -> None:
    """Take over certificates that another system keeps: JSONL with the field codes of GB/T 36903 and "claims"; doing it again changes
    nothing."""
    from onedoor.identity.ports import Secrets
    from onedoor.wallet import service
    from onedoor.web.wallet_files import lines

    async def use(house: "House") -> "Report":
        return await service.take_in(house.begin, house.ports.get(Secrets), lines(file))

    _report(file, in_house(home, use), "taken over")


def _report(file: Path, done: "Report", word: str) -> None:
    for bad in done.bad:
        click.echo(f"{file}: {bad}")
    already = f", {done.same:,} were here already" if done.same else ""
    words = f"{done.lines:,} lines: {done.added:,} {word}{already}"
    if done.bad:
        raise Refused(f"{words}; {len(done.bad):,} were not.")
    click.echo(f"{words}.")


@wallet.command()
@home_option
@click.argument("type_code", metavar="TYPE")
@click.argument("number")
@click.option("--reason", required=True, help="As its holder reads it.")
@click.option("--as", "state", type=click.Choice([*STATES]), default="revoked", show_default=True, help="注销 cancelled, 吊销 withdrawn.")
def revoke(home: Path, type_code: str, number: str, reason: str, state: str) -> None:
    """End the certificate of TYPE with NUMBER; its holder is told why, and every verifier says so."""
    from onedoor.wallet.models import State
    from onedoor.web import wallet_files

    if not 1 <= len(reason.strip()) <= 200:
        raise Refused("A reason has 1 to 200 characters.")

    async def use(house: "House") -> Any:
        return await wallet_files.revoke(house, type_code, number, reason.strip(), State[STATES[state]])

    done = in_house(home, use)
    click.echo(f"{done.id} is {state}: place {done.idx} of {done.list_ref}.")


@wallet.group()
def lists() -> None:
    """Status lists."""


@lists.command()
@home_option
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), metavar="DIR")
def build(home: Path, folder: Path) -> None:
    """Write all signed lists, their addresses, the keys and the offline bundle into DIR, for a mirror that answers when the house does
    not."""
    from onedoor.web import wallet_files

    async def use(house: "House") -> int:
        return await wallet_files.build_lists(house, folder)

    click.echo(f"{in_house(home, use)} files in {folder}; good for a day, fresh for five minutes.")


@wallet.command()
@home_option
@click.argument("file", type=FILE)
@click.option("--bundle", type=FILE, help="What /verify/bundle answers; else what this home last knew.")
@click.option("--key", "keys", multiple=True, help="Believe only a bundle signed with this key (its kid in /.well-known/jwks.json).")
@click.option("--at", type=int, help="Judge as of this moment, in unix seconds; else now.")
def verify(home: Path, file: Path, bundle: Path | None, keys: tuple[str, ...], at: int | None) -> None:
    """Judge the code or the certificate in FILE, as one line of JSON. Exit code 1 unless it is valid. Needs no network and no database."""
    import datetime as dt

    from onedoor.wallet import service
    from onedoor.web import wallet_files

    now = dt.datetime.fromtimestamp(at, dt.UTC) if at else dt.datetime.now(dt.UTC)
    try:
        names = wallet_files.pinned(keys)
        book = service.read_bundle(bundle.read_bytes(), names) if bundle else service.remembered(home, wallet_files.zone())
        given = file.read_bytes().decode()
    except ValueError as bad:
        raise Refused(f"These files cannot be believed: {bad}") from None
    found = service.checked_by(given, book, now)
    click.echo(wallet_files.told(found))
    sys.exit(0 if str(found.result) == "valid" else 1)


commands = [wallet]
