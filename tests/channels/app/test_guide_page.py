"""Prove that a guide's page says everything published, and nothing else."""

from collections.abc import AsyncIterator
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import aiohttp
import pytest
from msgspec.structs import replace

from channels.app.guide_page import guide_blueprint, guide_html
from services.items.catalogue import Catalogue, ItemNotFound
from services.items.loader import load
from services.items.model import Hall, HallId, ItemCode, Material, Question, ServiceItem, Step, TimeLimit, Window
from tests.channels.app.browsing import browsing

ROOT = Path(__file__).resolve().parents[3]
ID_CARD = "370709901000"
PLAIN = {"Accept-Encoding": "identity"}
XSS = '<img src=x onerror="alert(1)"></style><script>alert(2)</script>\u202e&amp;'


class Reader(HTMLParser):
    """Collect the text, the tags and the links of a page, and hold that every tag is closed."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[str] = []
        self.hrefs: list[str] = []
        self._open: list[str] = []
        self.feed(page.decode())
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.hrefs += [value or "" for name, value in attrs if name == "href"]
        if tag not in {"meta", "link"}:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(self.words)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """Give the demonstration catalogue."""
    return load([ROOT / "data/items.json"])


@pytest.fixture
async def browser(catalogue: Catalogue) -> AsyncIterator[aiohttp.ClientSession]:
    """Give a client of a server that shows the demonstration catalogue."""
    async with browsing(lambda: guide_blueprint(lambda: catalogue)) as session:
        yield session


def an_item(**fields: object) -> ServiceItem:
    """Return an item of which only name and department are known."""
    bare = ServiceItem(code=ItemCode("370799999000"), name="事项", department="部门")
    return replace(bare, **fields)


def read(item: ServiceItem, *halls: Hall) -> Reader:
    """Return what the page of an item says."""
    return Reader(guide_html(Catalogue.of([item], halls), item.code))


def test_every_published_word_of_every_guide_stands_on_its_page(catalogue: Catalogue) -> None:
    for item in catalogue.items.values():
        page = Reader(guide_html(catalogue, item.code))
        halls = [catalogue.hall(window.hall_id) for window in item.windows]
        expected = [
            *(item.name, item.department, item.code, item.phone, item.complaint_phone, item.type, item.case_type),
            *(item.impl_code, item.handle_code, item.level),
            *item.aliases,
            *item.audience,
            *item.topics,
            *item.conditions,
            *item.legal_basis,
            *(word for one in item.materials for word in (one.name, one.form, one.note or "")),
            *(step.name for step in item.steps),
            *(word for faq in item.faqs for word in (faq.question, faq.answer)),
            *(word for hall in halls for word in (hall.name, hall.address, hall.phone)),
            item.fee.standard if item.fee else "",
            item.online.depth_name if item.online else "",
            (item.online.visit_reason or "") if item.online else "",
            item.result.name if item.result else "",
        ]
        assert [word for word in expected if word not in page.text] == []


def test_the_page_needs_no_script_and_leads_to_the_chat_about_the_item(catalogue: Catalogue) -> None:
    page = Reader(guide_html(catalogue, ID_CARD))
    assert "script" not in page.tags
    assert page.tags.count("h1") == 1
    assert f"/h5/#/chat?item={ID_CARD}" in page.hrefs
    assert "网页版咨询" in page.text
    assert "tel:12345" in page.hrefs


def test_what_people_wrote_stays_text() -> None:
    hall = Hall(
        id=HallId("H1"),
        name=XSS,
        kind="市级大厅",
        district=XSS,
        district_code="370202",
        address=XSS,
        hours=(),
        phone=XSS,
    )
    item = an_item(
        name=XSS,
        department=XSS,
        conditions=(XSS,),
        aliases=(XSS,),
        phone=XSS,
        faqs=(Question(question=XSS, answer=XSS),),
        windows=(Window(hall_id=hall.id, window=XSS),),
        promise_limit=TimeLimit(days=1, unit=XSS),
        legal_limit=TimeLimit(days=1, note=XSS),
        legal_basis=(XSS,),
    )
    material = Material(name=XSS, form=XSS, note=XSS)
    pages = [read(item, hall), read(replace(item, materials=(material,), steps=(Step(order=1, name=XSS),)), hall)]
    for page in pages:
        assert {"img", "script"}.isdisjoint(page.tags)
        assert XSS in page.text


def test_hours_and_limits_read_as_people_say_them(catalogue: Catalogue) -> None:
    text = Reader(guide_html(catalogue, ID_CARD)).text
    assert "周一至周五 09:00-12:00、13:00-17:00" in text
    assert "15 个工作日" in text
    assert "60 个自然日" in text
    assert "1 次（须本人到场核验身份）" in text
    assert "自 2026年1月1日 起执行" in text


def test_an_item_known_by_name_alone_says_so_and_shows_no_empty_tables() -> None:
    page = read(an_item(effective_from=date.min))
    assert "详细指南还没有收录" in page.text
    assert "table" not in page.tags
    assert "不用提交材料" not in page.text
    assert "起执行" not in page.text


def test_an_item_that_is_suspended_says_so() -> None:
    assert "现在的状态是“暂停”" in read(an_item(status="暂停")).text


def test_an_unknown_code_is_not_found(catalogue: Catalogue) -> None:
    with pytest.raises(ItemNotFound):
        guide_html(catalogue, "000000000000")


async def test_the_guide_comes_over_http_with_a_policy_that_allows_no_script(browser: aiohttp.ClientSession) -> None:
    async with browser.get(f"/g/{ID_CARD}", headers=PLAIN) as answer:
        text = await answer.text()
    assert answer.status == 200
    assert "居民身份证换领" in text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "style-src 'self' 'sha256-" in answer.headers["Content-Security-Policy"]
    async with browser.head(f"/g/{ID_CARD}") as asked:
        assert asked.status == 200
    async with browser.get(f"/g/{ID_CARD}", headers={"If-None-Match": answer.headers["ETag"]}) as again:
        assert again.status == 304


@pytest.mark.parametrize("code", ["000000000000", "%3Cscript%3E", "..%2f..%2fserver.py", "空"])
async def test_an_unknown_guide_is_a_chinese_404(browser: aiohttp.ClientSession, code: str) -> None:
    async with browser.get(f"/g/{code}", headers=PLAIN) as answer:
        text = await answer.text()
    assert answer.status == 404
    assert "没有找到这个页面" in text
    assert "tel:12345" in text
    assert "<script" not in text
