"""`onedoor …` and `python -m onedoor …`."""

import gc


def main() -> None:
    gc.set_threshold(50_000)  # modules and routes leave no garbage, and at Python's own 700 a tenth of a start went by in looking for it
    from onedoor.web.cli import main as commands

    commands()


if __name__ == "__main__":
    main()
