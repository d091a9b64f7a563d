"""Find an item by everyday words, read its guide, choose the size of type."""

import json
import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Route, expect

from tests.browser.conftest import Watch
from tests.browser.driving import ID_CARD, Phone

ROOT = Path(__file__).resolve().parents[2]


def test_everyday_words_find_an_item_and_its_guide(phone: Callable[..., Phone]) -> None:
    # Given the home page
    page = phone().open().page
    # When somebody searches as people talk
    page.get_by_role("searchbox", name="搜索办事事项").fill("换身份证")
    page.get_by_role("searchbox", name="搜索办事事项").press("Enter")
    # Then the item is found, and its guide says what to bring
    page.get_by_role("list").get_by_role("link", name="居民身份证换领").click()
    expect(page.get_by_role("heading", name="居民身份证换领", level=1)).to_be_visible()
    materials = page.get_by_role("region", name="需要的材料")
    expect(materials).to_contain_text("居民户口簿")
    expect(page.get_by_role("region", name="收费")).to_contain_text("换领20元")
    expect(page).to_have_title("居民身份证换领 - 青岛通办")


def test_a_guide_shows_every_section(phone: Callable[..., Phone]) -> None:
    visitor = phone().open(f"/items/{ID_CARD}")
    page = visitor.page
    for name in ("需要的材料", "办理条件", "办理流程", "收费", "办理地点", "基本信息", "常见问题", "办理依据"):
        expect(page.get_by_role("region", name=name)).to_be_visible()
    page.get_by_text("身份证到期前多久可以换").click()
    expect(page.get_by_text("有效期满前三个月内就可以申请换领")).to_be_visible()
    visitor.shot("full", whole=True)


def test_a_guide_lists_its_halls_the_first_three_and_then_all(phone: Callable[..., Phone]) -> None:
    # Given a guide that brings its halls
    catalogue = json.loads((ROOT / "data/items.json").read_text(encoding="utf-8"))
    visitor = phone()
    page = visitor.page

    def with_halls(route: Route) -> None:
        guide = route.fetch().json()
        wanted = {window["hall_id"] for window in guide["windows"]}
        route.fulfill(json={**guide, "halls": [hall for hall in catalogue["halls"] if hall["id"] in wanted]})

    page.route(f"**/api/v1/items/{ID_CARD}", with_halls)
    # When it is opened
    visitor.open(f"/items/{ID_CARD}")
    # Then three halls stand there with hours and telephone, and a tap shows the rest
    halls = page.get_by_role("region", name="办理地点").get_by_role("listitem")
    expect(halls).to_have_count(3)
    expect(halls.first).to_contain_text("时间：周一至周五 09:00-12:00、13:00-17:00")
    expect(halls.first.get_by_role("link")).to_have_attribute("href", re.compile(r"^tel:0532-"))
    visitor.press("查看全部 10 个地点")
    expect(halls).to_have_count(10)


def test_a_guide_that_names_windows_alone_leads_to_where_the_halls_are(phone: Callable[..., Phone]) -> None:
    visitor = phone()
    visitor.page.route(
        f"**/api/v1/items/{ID_CARD}",
        lambda route: route.fulfill(
            json={name: value for name, value in route.fetch().json().items() if name != "halls"}
        ),
    )
    visitor.open(f"/items/{ID_CARD}")
    visitor.page.get_by_role("link", name="查看 10 个办理地点").click()
    expect(visitor.page.get_by_role("heading", name="办理地点")).to_be_visible()
    expect(visitor.page.get_by_text("市南区政务服务大厅")).to_be_visible()


def test_a_search_without_hits_says_so_and_offers_the_chat(phone: Callable[..., Phone]) -> None:
    visitor = phone().open("/items?q=zzqqxxyy")
    expect(visitor.page.get_by_role("heading", name="没有找到“zzqqxxyy”相关的事项")).to_be_visible()
    visitor.press("问小青")
    expect(visitor.page.get_by_role("heading", name="问小青", level=1)).to_be_visible()


def test_the_list_goes_on_as_far_as_the_catalogue(phone: Callable[..., Phone]) -> None:
    visitor = phone().open("/items")
    rows = visitor.page.get_by_role("region", name="事项列表").get_by_role("listitem")
    expect(rows).to_have_count(20)
    visitor.press("加载更多")
    expect(rows).to_have_count(40)


def test_an_unknown_item_and_an_unknown_page_lead_on(phone: Callable[..., Phone], watch: Watch) -> None:
    watch.expect("404")
    visitor = phone().open("/items/000000000000")
    expect(visitor.page.get_by_role("alert")).to_contain_text("没有找到")
    visitor.open("/nothing/here")
    visitor.press("回到首页")
    expect(visitor.page.get_by_role("heading", name="青岛通办", level=1)).to_be_visible()


def test_large_type_is_offered_once_and_remembered(phone: Callable[..., Phone]) -> None:
    visitor = phone(elder=None).open()
    page = visitor.page
    expect(page.get_by_role("heading", name="需要更大的字吗？")).to_be_visible()
    visitor.shot("ask")
    visitor.press("用大字版")
    expect(page.locator("html")).to_have_class("elder")
    visitor.open("/progress")
    expect(page.locator("html")).to_have_class("elder")
    visitor.open("/")
    expect(page.get_by_role("heading", name="需要更大的字吗？")).to_have_count(0)
    visitor.press("标准版")
    expect(page.locator("html")).not_to_have_class("elder")


def test_the_way_back_from_a_page_opened_from_outside_is_the_home_page(phone: Callable[..., Phone]) -> None:
    visitor = phone()
    visitor.page.goto(f"{visitor.url}/h5/#/progress")
    visitor.press("返回")
    expect(visitor.page.get_by_role("heading", name="青岛通办", level=1)).to_be_visible()
