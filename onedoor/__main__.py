"""`onedoor …` and `python -m onedoor …`."""


def main() -> None:
    from onedoor.web.cli import main as commands

    commands()


if __name__ == "__main__":
    main()
