"""Which works `onedoor bench` measures; what they find is told by measuring, never by a test."""

import pytest

from bench import __main__ as bench


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What was measured, in order; the tracker passes its limit."""
    found: list[object] = []
    monkeypatch.setattr(bench, "in_turn", lambda names, _workers, quick: found.append((names, quick)) or 0)
    monkeypatch.setattr(bench, "alone", lambda name, _quick: found.append(name) or int(name == "tracker"))
    return found


def asked(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr("sys.argv", ["bench", *words])
    return bench.main()


def test_without_a_name_the_works_of_the_table(measured: list[object], monkeypatch: pytest.MonkeyPatch) -> None:
    assert asked(monkeypatch, "--quick") == 0
    assert measured == [(["home", "visit", "guide", "submit", "inbox"], True)]


def test_by_name_each_in_its_own_way(measured: list[object], monkeypatch: pytest.MonkeyPatch) -> None:
    assert asked(monkeypatch, "sdjwt", "home", "inbox") == 0
    assert measured == [(["home", "inbox"], False), "sdjwt"]


def test_all_go_on_past_one_that_passes_its_limit(
    measured: list[object], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert asked(monkeypatch, "all") == 1
    assert measured[1:] == list(bench.ALONE)
    assert capsys.readouterr().err == "A limit is passed, or something went wrong: tracker.\n"


def test_an_unknown_name_is_told_with_those_there_are(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        asked(monkeypatch, "hoem")
    assert "no work is called hoem; there are home, visit" in capsys.readouterr().err
