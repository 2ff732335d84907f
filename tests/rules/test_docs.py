"""The documentation says what the code does: every room, command, setting, problem, event and grant has its entry, and nothing dangles."""

import ast
import os
import re
import tomllib
from pathlib import Path

import msgspec
import pytest

from onedoor.web import about

from . import floor_plan, reference, walk

DOCS = walk.ROOT / "docs"
READMES = [walk.ROOT / "README.md", walk.ROOT / "README.zh.md"]
PAGES = sorted([*DOCS.rglob("*.md"), *READMES, walk.ROOT / "CHANGELOG.md", walk.ROOT / "CONTRIBUTING.md"])
WRITING = os.environ.get("ONEDOOR_WRITE_DOCS") == "1"
ADR = re.compile(r"\d{4}-[a-z0-9-]+\.md")
ADR_PARTS = ["Context", "Decision", "Consequences", "Alternatives", "References"]
FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
OURS = re.compile(r"(?:onedoor|tests|connectors|cities|frontend|scripts|docs|bench|requirements)/[\w./-]+")


def read(name: str) -> str:
    return (DOCS / name).read_text("utf-8")


def first_cells(page: str) -> set[str]:
    """What stands in backticks at the start of each table row."""
    return set(re.findall(r"^\| `([^`]+)`", page, re.MULTILINE))


@pytest.mark.parametrize("path", PAGES, ids=walk.short)
def test_generated_tables_are_current(path: Path) -> None:
    page = path.read_text("utf-8")
    wanted = reference.rewritten(page)
    if WRITING and wanted != page:
        path.write_text(wanted, "utf-8")
    assert wanted == path.read_text("utf-8"), "write them anew: ONEDOOR_WRITE_DOCS=1 .venv/bin/pytest tests/rules/test_docs.py"


def test_every_generated_table_is_shown() -> None:
    shown = {name for path in PAGES for _, name, _ in reference.BLOCK.findall(path.read_text("utf-8"))}
    assert shown == set(reference.TABLES)


def test_the_floor_plan_shows_every_room() -> None:
    if WRITING:
        floor_plan.PATH.write_text(floor_plan.drawn(), "utf-8")
    drawing = floor_plan.PATH.read_text("utf-8")
    assert [room for room in walk.rooms() if f">{room} " not in drawing and f">{room}<" not in drawing] == []
    assert drawing == floor_plan.drawn()


def test_every_room_has_an_entry() -> None:
    assert {name for name in first_cells(read("reference/rooms.md")) if name in walk.rooms()} == set(walk.rooms())


def test_every_command_has_an_entry() -> None:
    page = read("reference/commands.md")
    assert [name for name, _ in reference.every_command() if f"`{name}" not in page] == []


def test_every_setting_has_an_entry_and_no_other() -> None:
    listed = {name for name in first_cells(read("reference/settings.md")) if name.startswith("ONEDOOR_")}
    assert listed == reference.settings_in_code()


def test_every_problem_has_an_entry() -> None:
    assert set(about.known_problems()) - first_cells(read("reference/problems.md")) == set()


def test_every_event_has_an_entry() -> None:
    assert {name for name, _ in reference.every_event()} - first_cells(read("reference/events.md")) == set()


def test_every_grant_has_an_entry_and_no_other() -> None:
    assert first_cells(read("reference/grants.md")) == set(reference.every_grant())


def test_every_key_of_a_city_has_an_entry() -> None:
    """Whatever `onedoor city check` accepts as a key is written down."""
    page, keys = read("reference/city-format.md"), set[str]()
    for node in ast.walk(walk.tree(walk.ROOMS / "web" / "city_shapes.py")):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "table" and node.args and isinstance(node.args[0], ast.Dict):
            keys |= {str(key.value) for key in node.args[0].keys if isinstance(key, ast.Constant)}
    assert sorted(key for key in keys if f"`{key}`" not in page and f"[{key}]" not in page) == []
    assert len(keys) > 60


def test_every_term_of_the_glossary_lives_in_its_room() -> None:
    """A Chinese term stands in the sources of the room that the glossary gives it to."""
    homeless: list[str] = []
    rows = re.findall(r"^\| ([^|]+) \| [^|]+ \| `(\w+)` \|", read("reference/glossary.md"), re.MULTILINE)
    for terms, room in rows:
        files = [p for kind in ("*.py", "*.sql", "*.po", "*.html") for p in (walk.ROOMS / room).rglob(kind)]
        words = "\n".join(p.read_text("utf-8") for p in files)
        homeless += [f"{term} is not in {room}" for term in terms.strip().split("·") if term.strip() not in words]
    assert homeless == []
    assert len(rows) > 30


def test_every_dependency_says_why() -> None:
    page = read("decisions/dependencies.md")
    project = tomllib.loads((walk.ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    named = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    wanted = {re.split(r"[<>=\[;\s]", one)[0] for one in named}
    npm = msgspec.json.decode((walk.ROOT / "frontend" / "package.json").read_bytes())
    wanted |= {*npm.get("dependencies", {}), *npm.get("devDependencies", {})}
    assert first_cells(page) == wanted


@pytest.mark.parametrize("path", sorted(p for p in (DOCS / "decisions").glob("*.md") if ADR.fullmatch(p.name)), ids=lambda p: p.stem)
def test_a_decision_is_short_and_whole(path: Path) -> None:
    page = path.read_text("utf-8")
    assert len(page.splitlines()) <= 60
    assert re.findall(r"^## (.+)$", page, re.MULTILINE) == ADR_PARTS
    assert page.startswith(f"# {path.name[:4]} ")


def test_decisions_cited_in_the_code_exist() -> None:
    cited = {n for p in walk.modules() for n in re.findall(r"\bADR (\d{4})", p.read_text("utf-8"))}
    assert cited - {p.name[:4] for p in (DOCS / "decisions").glob("*.md")} == set()


@pytest.mark.parametrize("path", PAGES, ids=walk.short)
def test_links_and_paths_lead_somewhere(path: Path) -> None:
    page, lost = path.read_text("utf-8"), []
    for target in LINK.findall(FENCE.sub("", page)):
        file, _, heading = target.partition("#")
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        found = (path.parent / file).resolve() if file else path
        if not found.exists() or (heading and found.suffix == ".md" and heading not in anchors(found)):
            lost.append(target)
    lost += [words for words in re.findall(r"`([^`\n]+)`", page) if OURS.fullmatch(words) and not (walk.ROOT / words).exists()]
    assert lost == []


def anchors(path: Path) -> set[str]:
    """The addresses of a page's headings, as a repository's web page makes them."""
    heads = re.findall(r"^#+ (.+)$", FENCE.sub("", path.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("path", PAGES, ids=walk.short)
def test_commands_named_exist(path: Path) -> None:
    """Every `make …` and `onedoor …` in the text is one that can be typed."""
    page = path.read_text("utf-8")
    targets = set(re.findall(r"^([a-z]+):", (walk.ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    spoken = re.findall(r"(?:`|^|\$ )make ([a-z]+)(?=[` \n])", page, re.MULTILINE)
    assert sorted(set(spoken) - targets) == []
    known = {name for name, _ in reference.every_command()}
    groups = {" ".join(name.split()[:n]) for name in known for n in (1, 2, 3)}
    for words in re.findall(r"(?:`|^\$? ?)onedoor ([a-z]+(?: [a-z-]+)?)", page, re.MULTILINE):
        one, two = f"onedoor {words.split()[0]}", f"onedoor {words}"
        assert one in known or two in known or two in groups, f"onedoor {words}"


@pytest.mark.parametrize("path", READMES, ids=walk.short)
def test_a_readme_opens_the_door(path: Path) -> None:
    page = path.read_text("utf-8")
    assert "make run" in page
    assert "make test" in page
    assert "docs/rooms.svg" in page
    people = [msgspec.json.decode(line) for line in (walk.ROOT / "cities/qinghe/demo/residents.jsonl").read_text("utf-8").splitlines()]
    named = re.findall(r"\b1[3-9]\d{9}\b", page)
    staff = (walk.ROOT / "cities/qinghe/demo/staff.jsonl").read_text("utf-8")
    assert named
    assert [phone for phone in named if phone not in staff and all(phone != p["phone"] for p in people)] == []


def test_pictures_are_light() -> None:
    heavy = {walk.short(p): p.stat().st_size for p in (DOCS / "images").glob("*.png") if p.stat().st_size > 120 * 1024}
    assert heavy == {}
    shown = {target for path in READMES for target in LINK.findall(path.read_text("utf-8"))}
    assert [walk.short(p) for p in (DOCS / "images").glob("*.png") if walk.short(p) not in shown] == []


def test_nothing_is_left_to_be_written() -> None:
    empty = re.compile(r"\b(TODO|TBD|FIXME|XXX|lorem ipsum)\b", re.IGNORECASE)
    assert [walk.short(p) for p in PAGES if empty.search(p.read_text("utf-8"))] == []
