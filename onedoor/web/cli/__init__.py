"""The command line: one small file per family, and nothing heavy imported before a command runs."""

import io
import os
import sys

import click

from onedoor.kernel.terminal import Refused, tell

from . import archive, cases, city, database, exchange, insight, processes, schemes, search, wallets, watching


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
def onedoor() -> None:
    """一扇门 Onedoor: a city's services behind one door.

    Exit codes: 0 well, 1 refused with a sentence, 2 wrong use.
    """


for family in (processes, database, archive, city, exchange, cases, insight, search, schemes, watching, wallets):
    for command in family.commands:
        onedoor.add_command(command)


def main() -> None:
    """The entry point: a refusal is one sentence and exit code 1."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")             # a terminal without Chinese still gets its answer
    try:
        onedoor(prog_name="onedoor")
    except Refused as no:
        tell(f"onedoor: {no}")
        sys.exit(1)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
