"""An index that is changed answers as one made anew, whatever was put in, replaced and taken out."""

import itertools
import random
import time
import unicodedata
from collections.abc import Iterator, Sequence

import httpx
import pytest

from onedoor.catalog import service as catalog
from onedoor.catalog.models import Answer, Audience, NewItem, Online, Thing, ThingKind
from onedoor.catalog.search import Index, Thesaurus, indexed, lines_of, normal, sounds, terms
from onedoor.catalog.search.documents import Words, documents
from onedoor.catalog.search.engine import LEAST_MERGED
from onedoor.catalog.search.fold import HAN, normals
from onedoor.catalog.search.keys import key
from onedoor.catalog.search.segment import ref
from onedoor.catalog.service import memory as hall
from onedoor.kernel import memory
from onedoor.kernel.i18n import Text
from onedoor.kernel.work import system
from tests.conftest import Site

ACTS = ("办理", "补领", "变更", "注销", "查询", "申领", "期满换证", "转移接续")
MATTERS = ("居住证", "机动车驾驶证", "住房公积金", "社会保障卡", "养犬登记", "失业保险金", "营业执照", "护照", "生育津贴",
           "重大疾病(重病)保险")  # fmt: skip
ENGLISH = ("residence permit", "driving licence", "housing fund", "social card", "dog", "unemployment", "business licence", "passport", "",
           "")  # fmt: skip
SAID = Thesaurus(lines_of([
    ("驾照", ("驾驶证",)), ("狗证", ("养犬登记",)), ("开个店", ("营业执照", "申领")),
    ("passport", ("护照",)), ("没工作了", ("失业保险金",)),
]))  # fmt: skip
QUERIES = (
    "居住证", "驾照丢了怎么办", "公积金查询", "zhufanggongjijin", "jzzbl", "社宝卡", "renew my passport", "driving licences", "狗证",
    "想开个店", "没工作了", "登记", "护", "注销营业执照", "红烧肉", "重大疾病", "生育 津贴申领", "第3号", "w2",
)  # fmt: skip


def thing(pick: random.Random, code: str) -> Thing:
    at = pick.randrange(len(MATTERS))
    name = pick.choice(("", "企业", "学生", "第3号")) + MATTERS[at] + pick.choice(ACTS)
    also = tuple(pick.sample(("暂住证", "取公积金", "w2表", "身份本"), pick.randrange(3)))
    around = pick.choice(((), ("公安局", "police"), ("人社局",)))
    return Thing(ThingKind.ITEM, code, Text(name, ENGLISH[at]), f"/items/{code}", also, around, pick.randrange(4))


def answers(index: Index) -> list[Answer]:
    return [index.search(query, 10) for query in QUERIES]


@pytest.mark.parametrize(("seed", "held"), [(0, 0), (1, 1), (2, 30), (3, 300)])
def test_a_changed_index_answers_as_one_made_anew(seed: int, held: int) -> None:
    pick = random.Random(seed)
    stock = {code: thing(pick, code) for code in map(str, range(held))}
    index = indexed(stock.values(), SAID)
    for turn in range(5):
        put = [thing(pick, str(pick.randrange(400))) for _ in range(pick.randrange(1, 9))]
        put = list({one.ref: one for one in put}.values())
        gone = [code for code in pick.sample(sorted(stock), min(len(stock), pick.randrange(5))) if code not in {one.ref for one in put}]
        for code in gone:
            del stock[code]
        stock |= {one.ref: one for one in put}
        index = index.changed(put, [ref(ThingKind.ITEM, code) for code in gone])
        if turn == 3:
            index = index.merged()
        anew = indexed(list(stock.values())[::-1], SAID)
        assert len(index) == len(anew) == len(stock)
        assert answers(index) == answers(anew)
        assert [index.kin(code) for code in sorted(stock)[:5]] == [anew.kin(code) for code in sorted(stock)[:5]]
    assert len(index.merged().parts) == 1
    assert answers(index.merged()) == answers(index)


def test_the_rows_that_may_answer_are_the_same_where_not_all_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onedoor.catalog.search.rank.MOST", 20)
    monkeypatch.setattr("onedoor.catalog.search.rank.BUDGET", 2000)
    pick = random.Random(5)
    stock = {code: thing(pick, code) for code in map(str, range(600))}
    put = {code: thing(pick, code) for code in map(str, range(550, 650))}
    assert answers(indexed(stock.values(), SAID).changed(list(put.values()))) == answers(indexed((stock | put).values(), SAID))


def test_what_has_not_changed_is_not_analysed_again_and_many_changes_are_merged() -> None:
    pick = random.Random(1)
    stock = [thing(pick, str(at)) for at in range(100)]
    index = indexed(stock, SAID)
    assert indexed(stock, SAID, index) is index
    grown = indexed([*stock[1:], thing(pick, "new")], SAID, index)
    assert grown.parts[0].segment is index.parts[0].segment
    assert (grown.parts[1].segment.held, len(grown)) == (1, 100)
    assert not grown.unmerged
    many = grown.changed([thing(pick, f"n{at}") for at in range(LEAST_MERGED)])
    assert many.unmerged
    assert not many.merged().unmerged
    assert indexed(stock, Thesaurus(""), index).parts[0].segment is not index.parts[0].segment


def test_many_texts_are_folded_and_cut_as_one_is() -> None:
    texts = [
        "機動車駕駛證", "ＡＢＣ①㎡", " x ", "", "居\u200b住证", "\u3000护照", "e\u0301tat", "\ufdfa", "多\n行", "龍\uf900重庆",
        "W-2 表 renewing 3", "乐业重大会计", "㈱公司", "行", "\x00", "I\u0307", "ß",
    ]  # fmt: skip
    assert normals(texts) == [normal(text) for text in texts]
    assert normals([]) == []
    many = documents([Words(text, (), (), ()) for text in map(normal, texts)])
    for at, text in enumerate(map(normal, texts)):
        held = dict(_of(many.keys[many.terms[many.starts[at] : many.starts[at + 1]]].tolist(), many.tenths[many.starts[at] :].tolist()))
        assert held == dict(_expected(text)), unicodedata.name(text[0]) if text else ""


def _of(found: Sequence[int], tenths: Sequence[int]) -> Iterator[tuple[int, int]]:
    yield from zip(found, tenths, strict=False)


def _expected(text: str) -> Iterator[tuple[int, int]]:
    counted = terms.grams(text) + terms.singles(text) + terms.latin(text)
    yield from ((key(term), 10 * counted.count(term)) for term in counted)
    for run in HAN.findall(text):
        letters = [dict.fromkeys(reading[0] for reading in sounds.readings(char)) for char in run]
        for kind, size in (("i", 3), ("k", 4)):
            starts = ("".join(one) for at in range(len(run) - size + 1) for one in itertools.product(*letters[at : at + size]))
            yield from ((key(f"{kind}:{one}"), 10) for one in starts)
    yield from ((key(term), 10) for term in terms.heard(text))


def test_a_changed_hall_reads_what_changed_alone_and_merges_beside_the_answers(
    site: Site, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def put(name: str) -> None:
        new = NewItem(
            code="zz-new", name=Text(name or "x"), department="gongan", category="huzheng", audience=Audience.BOTH, online=Online.INFO,
            guide=None,
        )  # fmt: skip
        async with site.house.begin(actor=system("test")) as work:
            await (catalog.put_item(work, new) if name else catalog.retire_item(work, "zz-new"))
        await memory.load_all(site.house.database)

    def first() -> str:
        return next((one["name"] for one in client.get("/api/search?q=翡翠蜗牛").json()["items"]), "")

    before = hall.catalog.now.items[0]
    site.run(put, "翡翠蜗牛登记")
    assert (first(), len(hall.catalog.now.index.parts)) == ("翡翠蜗牛登记", 2)
    assert hall.catalog.now.by_code[before.code] is before  # the others were not read again
    monkeypatch.setattr("onedoor.catalog.search.engine.LEAST_MERGED", 0)
    monkeypatch.setattr("onedoor.catalog.search.engine.SHARE_MERGED", 1 << 30)
    site.run(put, "翡翠蜗牛注销")
    began = time.perf_counter()
    while len(hall.catalog.now.index.parts) > 1:
        assert time.perf_counter() - began < 5
        client.get("/api/categories")
    assert first() == "翡翠蜗牛注销"
    site.run(put, "")
    assert first() == ""
