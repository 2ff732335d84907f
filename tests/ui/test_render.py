"""Templates that earlier processes have compiled."""

from pathlib import Path

import jinja2
import pytest

from onedoor.kernel import i18n
from onedoor.ui import render


def said(folder: Path, locale: str = i18n.ENGLISH) -> str:
    """A page of one sentence as a new process would make it."""
    loader = jinja2.DictLoader({"a.html": "{{ _('首页') }}"})
    env = jinja2.Environment(loader=loader, bytecode_cache=render.compiled(locale, folder), autoescape=True)
    env.globals["locale"] = locale
    env.add_extension(render.Spoken)
    return env.get_template("a.html").render()


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.dont_write_bytecode", False)


def test_what_one_process_has_compiled_the_next_one_takes(tmp_path: Path, kept: None, monkeypatch: pytest.MonkeyPatch) -> None:
    first = said(tmp_path)
    monkeypatch.setattr(jinja2.Environment, "compile", lambda *_: pytest.fail("compiled again"))
    assert said(tmp_path) == first


def test_other_words_are_never_taken_from_it(tmp_path: Path, kept: None, monkeypatch: pytest.MonkeyPatch) -> None:
    before = said(tmp_path)
    said(tmp_path, i18n.SOURCE)
    monkeypatch.setattr(i18n, "english", lambda: {"首页": "Front"})
    assert said(tmp_path) == "Front" != before
    assert len([*tmp_path.glob("templates-en-*")]) == 1  # of the words before nothing is left
    assert said(tmp_path, i18n.SOURCE) == "首页"


def test_a_folder_that_goes_or_may_not_be_written_costs_time_alone(tmp_path: Path, kept: None) -> None:
    cache = render.compiled(i18n.SOURCE, tmp_path)
    assert cache is not None
    for one in tmp_path.iterdir():
        one.rmdir()
    env = jinja2.Environment(loader=jinja2.DictLoader({"b.html": "b"}), bytecode_cache=cache, autoescape=True)
    assert env.get_template("b.html").render() == "b"
    (tmp_path / "file").write_text("")
    assert render.compiled(i18n.SOURCE, tmp_path / "file") is None
