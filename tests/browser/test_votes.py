"""Say of an answer that it was of use or not: at once, once, through a cut, and heard by who improves the answers."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Route, expect

from tests.browser.conftest import Watch
from tests.browser.driving import Phone
from tests.browser.measuring import OVERFLOWING, SMALL_TARGETS, SMALL_TYPE, violations
from tests.support.live import Api, Live

QUESTION = "居民身份证换领需要什么材料"
DISABLED = "370783901000"
JUDGED = "残疾人证新办需要什么材料"
"""Asked by one test alone: all of them share the board."""
VOTE = "**/api/v1/messages/*/feedback"


def asked(visitor: Phone, text: str = QUESTION) -> Phone:
    """Open the chat and have a question answered from a guide."""
    visitor.ready_to_talk()
    visitor.say(text)
    expect(line(visitor)).to_be_visible()
    return visitor


def line(visitor: Phone) -> Locator:
    """Return the line under the last answer that asks for a vote."""
    return visitor.log.get_by_role("group", name="对您有用吗").last


def button(visitor: Phone, name: str) -> Locator:
    return line(visitor).get_by_role("button", name=name, exact=True)


def expect_pressed(visitor: Phone, *, useful: bool, useless: bool) -> None:
    expect(button(visitor, "有用")).to_have_attribute("aria-pressed", str(useful).lower())
    expect(button(visitor, "没用")).to_have_attribute("aria-pressed", str(useless).lower())


@pytest.fixture
def downvoted(live_server: Live) -> Callable[[], list[dict[str, Any]]]:
    """Give what an operator's board holds of the question: the groups citizens called of no use."""
    operator = Api(live_server.url).staff("operator1")

    def groups() -> list[dict[str, Any]]:
        _, answer = operator.call("GET", "/desk/api/v1/questions?limit=100")
        return [one for one in answer["questions"] if JUDGED in one["wordings"] and "downvoted" in one["reasons"]]

    return groups


def test_a_vote_is_kept_over_a_reload_heard_by_operators_and_may_be_changed(
    phone: Callable[..., Phone], downvoted: Callable[[], list[dict[str, Any]]]
) -> None:
    # Given an answer nobody has voted on
    visitor = asked(phone(), JUDGED)
    expect_pressed(visitor, useful=False, useless=False)
    assert downvoted() == []
    # When the citizen says that it was of no use
    with visitor.page.expect_response(VOTE) as first:
        button(visitor, "没用").click()
    # Then they are thanked, and an operator sees the question and the item it was answered from
    assert first.value.status == 200
    expect(visitor.log).to_contain_text("谢谢您告诉我们")
    (group,) = downvoted()
    assert (group["reasons"]["downvoted"], group["of_no_use"]) == (1, [DISABLED])
    # When they come again, then it stands as they left it
    visitor.open("/chat")
    expect_pressed(visitor, useful=False, useless=True)
    # When they change their mind, then the question is settled
    with visitor.page.expect_response(VOTE):
        button(visitor, "有用").click()
    expect_pressed(visitor, useful=True, useless=False)
    expect(visitor.log).to_contain_text("谢谢您的反馈")
    assert downvoted() == []
    visitor.open("/chat")
    expect_pressed(visitor, useful=True, useless=False)


def test_only_the_last_answer_from_a_guide_asks_and_what_was_voted_on_stays(phone: Callable[..., Phone]) -> None:
    visitor = asked(phone())
    lines = visitor.log.get_by_role("group", name="对您有用吗")
    # A greeting is no answer, and the one before still asks
    visitor.say("你好")
    expect(visitor.from_bot()).to_have_count(2)
    expect(visitor.from_bot().first.get_by_role("group")).to_be_visible()
    expect(lines).to_have_count(1)
    # The next answer takes its place
    visitor.say("居民身份证换领收费吗")
    expect(visitor.from_bot().nth(2).get_by_role("group")).to_be_visible()
    expect(lines).to_have_count(1)
    # Unless it was voted on
    button(visitor, "有用").click()
    visitor.say(QUESTION)
    expect(visitor.from_bot().last.get_by_role("group")).to_be_visible()
    expect(lines).to_have_count(2)
    expect(visitor.log.get_by_text("谢谢您的反馈")).to_have_count(0)


def test_a_vote_without_a_network_goes_out_by_itself_and_the_chat_goes_on(
    phone: Callable[..., Phone], watch: Watch
) -> None:
    watch.expect("ERR_FAILED")
    visitor = asked(phone())
    page = visitor.page
    tries: list[str] = []

    def lose_first(route: Route) -> None:
        tries.append(route.request.post_data or "")
        if len(tries) == 1:
            route.abort()
        else:
            route.fallback()

    page.route(VOTE, lose_first)
    # When the vote does not get through
    button(visitor, "没用").click()
    expect(visitor.log).to_contain_text("网络不通")
    expect_pressed(visitor, useful=False, useless=True)
    visitor.shot("unsent")
    # Then the citizen can talk on
    visitor.say("居民身份证换领收费吗")
    expect(visitor.from_bot()).to_have_count(2)
    # And the vote goes out with the network, or with the next visit
    with page.expect_response(VOTE) as second:
        page.evaluate("window.dispatchEvent(new Event('online'))")
    assert second.value.status == 200
    expect(visitor.log.get_by_text("网络不通")).to_have_count(0)
    assert tries == ['{"useful":false}'] * 2


def test_a_refused_vote_is_explained_and_taken_back(phone: Callable[..., Phone], watch: Watch) -> None:
    watch.expect("404")
    visitor = asked(phone())
    problem = {"status": 404, "code": "feedback.no_such_message", "title": "没有找到这条消息"}
    visitor.page.route(VOTE, lambda route: route.fulfill(status=404, json=problem))
    button(visitor, "有用").click()
    expect(visitor.log.get_by_role("alert")).to_have_text("没有找到这条消息")
    expect_pressed(visitor, useful=False, useless=False)
    visitor.say("你好")
    expect(visitor.from_bot()).to_have_count(2)


def test_the_keyboard_alone_votes_and_keeps_its_place(phone: Callable[..., Phone]) -> None:
    visitor = asked(phone())
    button(visitor, "有用").focus()
    visitor.page.keyboard.press("Tab")
    expect(button(visitor, "没用")).to_be_focused()
    visitor.page.keyboard.press("Space")
    expect_pressed(visitor, useful=False, useless=True)
    expect(button(visitor, "没用")).to_be_focused()


@pytest.mark.parametrize(("size", "least_px"), [("standard", 0), ("elder", 18)])
def test_the_line_is_for_everybody_on_a_small_screen(phone: Callable[..., Phone], size: str, least_px: int) -> None:
    visitor = asked(phone(width=360, height=640, elder=size == "elder"))
    page = visitor.page
    for step in ("asked", "没用", "有用"):
        if step != "asked":
            button(visitor, step).click()
            expect(visitor.log).to_contain_text("谢谢")
        visitor.shot({"没用": "useless", "有用": "useful"}.get(step, step))
        expect(line(visitor)).to_be_in_viewport(ratio=1)
        assert violations(page) == []
        assert page.evaluate(OVERFLOWING) == []
        assert page.evaluate(SMALL_TARGETS, 44) == []
        assert page.evaluate(SMALL_TYPE, least_px) == []
