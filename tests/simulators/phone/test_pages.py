"""Serve the phone page under its policy, and use it in a real browser."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
import pytest
from playwright.async_api import Page, async_playwright, expect
from sanic import Sanic

from services.tasks import Tasks
from simulators.phone.pages import FILES, FOLDER
from simulators.wechat.content import Card, Origin, Row
from simulators.wechat.handset import Handset
from simulators.wechat.menu import Button, Menu
from simulators.wiring import Plan, attach
from tests.simulators.stage import Developer, an_account, replying
from tests.support.running import running
from tests.support.set_clock import SetClock

MARKUP_OR_OUTSIDE = re.compile(
    r'(?:src|href)="(?:https?:)?//|@import|url\(|innerHTML|insertAdjacentHTML|document\.write|eval\('
)
FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync")


class Stage:
    """Hold a running application with its phone page."""

    def __init__(self, base: str, phone: Handset) -> None:
        self.page = f"{base}/simulators/phone/"
        self.phone = phone


@pytest.fixture
async def stage(developer: Developer, clock: SetClock) -> AsyncIterator[Stage]:
    """Give a running application with a phone page, and a server behind it that repeats what it hears."""
    app: Sanic[Any, Any] = Sanic(f"phone_{uuid4().hex}")
    tasks = Tasks()
    plan = Plan(
        accounts=(an_account(callback_url=developer.url),),
        public_base="http://127.0.0.1",
        patience=timedelta(seconds=2),
    )
    simulators = attach(app, plan, clock=clock, tasks=tasks)
    developer.answer = replying(lambda message: f"收到：{getattr(message, 'content', '关注')}")
    async with running(app) as base:
        yield Stage(base, simulators.wechat.phone("main"))
    await tasks.stop()
    await simulators.close()


@pytest.fixture
async def page(chromium_path: str) -> AsyncIterator[Page]:
    """Give a browser page of a phone's size that fails the test on any error of the page."""
    errors: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium_path, args=list(FLAGS))
        opened = await browser.new_page(viewport={"width": 390, "height": 844})
        opened.on("pageerror", lambda error: errors.append(str(error)))
        opened.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        yield opened
        await browser.close()
    assert errors == []


@pytest.mark.parametrize("path", sorted(FOLDER.iterdir()), ids=lambda path: path.name)
def test_no_file_of_the_page_reaches_outside_or_makes_markup_of_words(path: Path) -> None:
    assert path.name in FILES
    assert MARKUP_OR_OUTSIDE.search(path.read_text(encoding="utf-8")) is None


async def test_the_page_is_served_under_a_strict_policy(stage: Stage) -> None:
    async with aiohttp.ClientSession() as session:
        for name in ("", *FILES):
            async with session.get(f"{stage.page}{name}") as response:
                assert response.status == 200
                assert "script-src 'self';" in response.headers["Content-Security-Policy"]
                assert "unsafe" not in response.headers["Content-Security-Policy"]
        async with session.get(f"{stage.page}missing.js") as response:
            assert response.status == 404


async def test_the_address_without_its_slash_keeps_the_chosen_phone(stage: Stage) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{stage.page.rstrip('/')}?openid=oA", allow_redirects=False) as response,
    ):
        assert (response.status, response.headers["Location"]) == (308, "/simulators/phone/?openid=oA")


async def test_a_person_follows_writes_and_reads_the_answer(stage: Stage, page: Page) -> None:
    # Given somebody who opens the page and follows
    await page.goto(stage.page)
    await page.get_by_role("button", name="关注公众号").click()
    await expect(page.locator(".notice")).to_have_text("你已关注青岛通办")
    # When they type and press Enter
    await page.get_by_role("button", name="切换到输入").click()
    await page.get_by_label("输入消息").fill("社保卡丢了怎么办 <b>急</b>")
    await page.get_by_label("输入消息").press("Enter")
    # Then their words and the answer are in the chat, as text
    await expect(page.locator(".entry.mine .bubble")).to_have_text("社保卡丢了怎么办 <b>急</b>")
    await expect(page.locator(".entry:not(.mine) .bubble").last).to_have_text("收到：社保卡丢了怎么办 <b>急</b>")
    assert await page.locator(".bubble b").count() == 0


async def test_menu_voice_place_and_cards_work_on_the_page(stage: Stage, page: Page, developer: Developer) -> None:
    # Given a follower and an account with a menu
    await stage.phone.follow().settled()
    below = (Button(name="办理进度", type="click", key="progress"),)
    stage.phone.account.menu = Menu((Button(name="办事指南", sub_button=below),))
    await page.goto(f"{stage.page}?openid={stage.phone.follower.openid}")
    # When they tap a button below a button, speak, and send a place
    await page.get_by_role("button", name="办事指南").click()
    await page.get_by_role("button", name="办理进度").click()
    await page.get_by_role("button", name="切换到输入").click()
    await page.get_by_role("button", name="更多功能").click()
    await page.get_by_role("button", name="语音").click()
    await page.get_by_label("说了什么").fill("我要投诉")
    await page.locator("#voice-sheet").get_by_role("button", name="发送").click()
    await expect(page.locator(".heard")).to_have_text("我要投诉")
    await page.get_by_role("button", name="更多功能").click()
    await page.get_by_role("button", name="位置").click()
    await page.locator("#location-sheet").get_by_role("button", name="发送").click()
    await expect(page.locator(".map")).to_be_visible()
    # Then all of it arrived, and a template message appears as a card without a reload
    assert [delivery.outcome.name for delivery in stage.phone.account.deliveries] == [
        "subscribe",
        "CLICK",
        "voice",
        "location",
    ]
    card = Card(template_id="t", title="诉求进度通知", rows=(Row("当前进度", "已转办"),), url="https://example.org/")
    stage.phone.follower.phone.show(Origin.TEMPLATE, card)
    await expect(page.locator(".card dd")).to_have_text("已转办")


async def test_links_and_menu_words_in_a_text_can_be_tapped(stage: Stage, page: Page, developer: Developer) -> None:
    # Given an answer with a link, a message-menu link and a script in disguise
    await stage.phone.follow().settled()
    developer.answer = replying(
        lambda _message: (
            '<a href="https://example.org/g/1">指南</a>'
            '<a href="weixin://bizmsgmenu?msgmenucontent=所需材料&msgmenuid=1">材料</a>'
            '<a href="javascript:alert(1)">不行</a>'
        )
    )
    await stage.phone.say("在吗").settled()
    await page.goto(f"{stage.page}?openid={stage.phone.follower.openid}")
    # When the menu words are tapped, then they are sent; only the real link is a link
    await page.get_by_role("button", name="材料").click()
    await expect(page.locator(".entry.mine .bubble").last).to_have_text("所需材料")
    links = page.locator(".entry .bubble a")
    assert await links.evaluate_all("all => all.map(one => one.href)") == ["https://example.org/g/1"] * 2


async def test_the_drawer_breaks_the_platform_and_says_so(stage: Stage, page: Page) -> None:
    # Given the platform's drawer
    await page.goto(stage.page)
    await page.get_by_role("button", name="平台与故障").click()
    # When the next answer shall be lost and calls shall fail
    await page.get_by_role("button", name="丢掉下一次应答").click()
    await page.get_by_role("button", name="安排").click()
    # Then both are planned, until they are taken back
    await expect(page.locator("#planned li")).to_have_count(2)
    await page.get_by_role("button", name="全部取消").click()
    await expect(page.locator("#planned")).to_have_text("无")


@pytest.mark.parametrize(("width", "height"), [(390, 844), (320, 568), (1440, 900)])
async def test_nothing_sticks_out_at_the_side(stage: Stage, page: Page, *, width: int, height: int) -> None:
    await stage.phone.follow().settled()
    stage.phone.follower.phone.show(
        Origin.TEMPLATE, Card(template_id="t", title="长" * 60, rows=(Row("长" * 9, "A" * 90),))
    )
    await stage.phone.say("A" * 200).settled()
    await page.set_viewport_size({"width": width, "height": height})
    await page.goto(stage.page)
    await expect(page.locator(".entry").last).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    assert await page.evaluate("chat.scrollWidth <= chat.clientWidth")
