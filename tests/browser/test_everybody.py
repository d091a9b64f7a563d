"""Serve everybody: small screens, large type, keyboard alone, screen readers (axe, WCAG 2.1 A and AA)."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driving import ID_CARD, STORY, Phone
from tests.browser.measuring import OVERFLOWING, SMALL_TARGETS, SMALL_TYPE, violations

ALL_PAGES = ("/", "/items", "/items?q=身份证", f"/items/{ID_CARD}", "/chat", "/petition", "/progress", "/nothing")
SIZES = ("standard", "elder")


def settle(visitor: Phone, path: str) -> Page:
    """Open a page and wait until what it loads is there."""
    page = visitor.open(path).page
    expect(page.get_by_label("正在加载")).to_have_count(0)
    return page


@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_on_any_page(phone: Callable[..., Phone], size: str) -> None:
    visitor = phone(elder=size == "elder")
    found = {path: violations(settle(visitor, path)) for path in ALL_PAGES}
    assert {path: faults for path, faults in found.items() if faults} == {}


@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_on_the_way_through_a_petition_and_a_chat(phone: Callable[..., Phone], size: str) -> None:
    visitor = phone(elder=size == "elder").open("/petition")
    page, found = visitor.page, {}
    visitor.press("下一步")
    found["faults"] = violations(page)
    page.get_by_label("求助").check()
    page.get_by_label("请说说具体情况").fill(STORY)
    visitor.press("下一步")
    found["where"] = violations(page)
    page.get_by_label("具体地点").fill("示例路")
    page.get_by_label("什么时候发生的").fill("昨天")
    visitor.press("下一步")
    found["who"] = violations(page)
    page.get_by_label("手机或电话").fill("0532-00000000")
    visitor.press("下一步")
    found["check"] = violations(page)
    visitor.press("提交")
    number, _ = visitor.number_and_key()
    found["receipt"] = violations(page)
    visitor.open("/progress")
    found["mine"] = violations(page)
    visitor.press("从本机移除这些记录")
    page.wait_for_timeout(400)  # the layer fades in, and a half faded text has no contrast
    found["dialog"] = violations(page)
    visitor.press("保留")
    found["detail"] = violations(settle(visitor, f"/progress/{number}"))
    visitor.ready_to_talk()
    visitor.say("身份证")
    expect(visitor.from_bot().last.locator("button").first).to_be_visible()
    found["chat"] = violations(page)
    assert {name: faults for name, faults in found.items() if faults} == {}


@pytest.mark.parametrize("size", SIZES)
def test_nothing_runs_over_the_edge_of_the_smallest_screen(phone: Callable[..., Phone], size: str) -> None:
    visitor = phone(width=320, height=568, elder=size == "elder")
    found = {}
    for path in ALL_PAGES:
        page = settle(visitor, path)
        visitor.shot(path.strip("/").replace("/", "_").split("?")[0] or "home")
        found[path] = page.evaluate(OVERFLOWING)
    visitor.open("/petition")
    visitor.write_petition()
    found["check"] = visitor.page.evaluate(OVERFLOWING)
    visitor.press("提交")
    visitor.number_and_key()
    found["receipt"] = visitor.page.evaluate(OVERFLOWING)
    visitor.ready_to_talk()
    visitor.say("身份证" * 300 + " https://example.test/" + "a" * 300)
    expect(visitor.ours()).to_have_count(1)
    found["chat"] = visitor.page.evaluate(OVERFLOWING)
    expect(visitor.page.get_by_role("button", name="发送", exact=True)).to_be_in_viewport(ratio=1)
    assert {path: faults for path, faults in found.items() if faults} == {}


def test_twice_the_type_of_the_phone_fits_as_well(phone: Callable[..., Phone]) -> None:
    visitor = phone(width=375, height=667)
    found = {}
    for path in ALL_PAGES:
        page = visitor.open(path).page
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        expect(page.get_by_label("正在加载")).to_have_count(0)
        found[path] = page.evaluate(OVERFLOWING)
        visitor.shot(path.strip("/").replace("/", "_").split("?")[0] or "home")
    assert {path: faults for path, faults in found.items() if faults} == {}


@pytest.mark.parametrize("size", SIZES)
def test_at_a_zoom_of_400_percent_an_answer_has_room_and_a_wide_window_hides_no_question(
    phone: Callable[..., Phone], size: str
) -> None:
    # 1280 x 1024 at 400 % (WCAG 1.4.10); a phone with its keyboard up is much the same
    visitor = phone(width=320, height=256, elder=size == "elder").ready_to_talk()
    visitor.say("居民身份证换领需要什么材料")
    expect(visitor.from_bot()).to_have_count(1)
    expect(visitor.page.get_by_role("list", name="快捷提问")).to_be_hidden()
    assert visitor.page.locator(".scroller").evaluate("box => box.clientHeight") > 100
    visitor.shot("zoomed")
    visitor.page.set_viewport_size({"width": 1280, "height": 800})
    expect(visitor.page.get_by_role("button", name="转人工")).to_be_in_viewport(ratio=1)
    visitor.shot("wide")


def test_large_type_is_at_least_18_px_with_targets_of_44_and_the_hotline_everywhere(
    phone: Callable[..., Phone],
) -> None:
    visitor = phone(elder=True)
    found: dict[str, list[str]] = {}
    for path in ALL_PAGES:
        page = settle(visitor, path)
        found[path] = page.evaluate(SMALL_TYPE, 18) + page.evaluate(SMALL_TARGETS, 44)
        assert page.locator("a[href='tel:12345']:visible").count() >= 1, path
        visitor.shot(path.strip("/").replace("/", "_").split("?")[0] or "home")
    assert {path: faults for path, faults in found.items() if faults} == {}


def test_standard_type_has_targets_of_44_and_the_hotline_everywhere(phone: Callable[..., Phone]) -> None:
    visitor = phone()
    found: dict[str, list[str]] = {}
    for path in ALL_PAGES:
        page = settle(visitor, path)
        found[path] = page.evaluate(SMALL_TARGETS, 44)
        assert page.locator("a[href='tel:12345']:visible").count() >= 1, path
        visitor.shot(path.strip("/").replace("/", "_").split("?")[0] or "home")
    assert {path: faults for path, faults in found.items() if faults} == {}


def test_a_petition_is_filed_with_the_keyboard_alone(phone: Callable[..., Phone]) -> None:
    visitor = phone().open("/")
    page = visitor.page

    def tab_to(text: str) -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            label = page.evaluate(
                "(() => { const one = document.activeElement; return one === document.body ? '' : [one.getAttribute('aria-label'), one.innerText, one.labels && one.labels[0] && one.labels[0].innerText].filter(Boolean).join(' ') })()"
            )
            if text in label:
                assert page.evaluate(
                    "getComputedStyle(document.activeElement).outlineStyle !== 'none' || document.activeElement.type === 'radio'"
                )
                return
        pytest.fail(f"Tab never reaches {text}")

    tab_to("反映问题")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="反映问题", level=1)).to_be_focused()
    tab_to("咨询")
    page.keyboard.press("ArrowDown")
    tab_to("请说说具体情况")
    page.keyboard.type(STORY)
    tab_to("下一步")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="在哪里")).to_be_focused()
    tab_to("具体地点")
    page.keyboard.type("示例路 11 号")
    tab_to("什么时候发生的")
    page.keyboard.type("昨天")
    tab_to("下一步")
    page.keyboard.press("Space")
    expect(page.get_by_role("heading", name="怎么联系您")).to_be_focused()
    tab_to("留下联系方式")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("匿名反映")).to_be_checked()
    tab_to("下一步")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="核对并提交")).to_be_focused()
    tab_to("提交")
    page.keyboard.press("Enter")
    visitor.number_and_key()


def test_a_question_holds_the_focus_and_escape_means_no(phone: Callable[..., Phone]) -> None:
    visitor = phone().open("/petition")
    page = visitor.page
    page.get_by_label("请说说具体情况").fill(STORY)
    visitor.open("/petition")
    opener = page.get_by_role("button", name="清空重写")
    opener.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    for _ in range(5):
        page.keyboard.press("Tab")
        assert page.evaluate("document.querySelector('.van-dialog').contains(document.activeElement)")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()
    expect(page.get_by_label("请说说具体情况")).to_have_value(STORY)


def test_the_skip_link_leads_past_the_header(phone: Callable[..., Phone]) -> None:
    page = phone().open("/items").page
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
