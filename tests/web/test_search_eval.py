"""`onedoor search eval`: the table of how often and how surely things are found."""

from pathlib import Path

from click.testing import CliRunner

from onedoor.web.cli.search import search


def test_the_table_tells_what_was_found_and_how_sure_it_read(tmp_path: Path) -> None:
    listed, asked = tmp_path / "items.jsonl", tmp_path / "queries.jsonl"
    item = '{"id":"%s","name":"%s","department":"公安局","category":"公安局"}\n'
    listed.write_text(item % ("a", "养犬登记") + item % ("b", "居住证办理"), "utf-8")
    asked.write_text(
        '{"query":"养犬登记","expect":["a"],"type":"partial"}\n{"query":"居住证","expect":["a"],"type":"partial"}\n{"query":"量子披萨"}\n',
        "utf-8",
    )
    told = CliRunner().invoke(search, ["eval", str(asked), "--catalog", str(listed), "--bare", "--misses"]).output.splitlines()
    assert told[0] == "居住证 [partial] wants 养犬登记, got 居住证办理"
    assert told[2].split() == ["all", "2", "0.500", "0.500", "0.500"]
    assert [line.split()[1:] for line in told if line.startswith("reads")] == [
        ["sure", "1", "1", "0"], ["fair", "0", "0", "0"], ["weak", "0", "0", "0"], ["none", "0", "0", "1"],
    ]  # fmt: skip
