"""Each problem has documentation, a title with its English, and a name of its own."""

from collections import Counter

from onedoor.kernel.i18n import english
from onedoor.web.about import known_problems


def test_each_problem_is_documented_and_translated() -> None:
    for slug, kind in known_problems().items():
        assert (kind.__doc__ or "").strip(), slug
        assert kind.title in english(), f"{slug}: {kind.title}"
        assert 400 <= kind.status <= 599, slug


def test_no_two_problems_share_a_name() -> None:
    from onedoor.kernel.problems import Problem

    names: list[str] = []
    waiting = [Problem]
    while waiting:
        kind = waiting.pop()
        names.append(kind.__name__)
        waiting += kind.__subclasses__()
    assert [name for name, n in Counter(names).items() if n > 1] == []
