"""Follow a petition and do with it what the life cycle allows: rate, urge, supplement, withdraw, each once."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import FilePayload, Locator, Request, Route, expect

from tests.browser.conftest import Watch
from tests.browser.driving import Phone
from tests.browser.measuring import OVERFLOWING, SMALL_TARGETS, SMALL_TYPE, violations
from tests.support.live import Api
from tests.support.pictures import a_picture

REPLY = "路灯已于今天上午修好，晚上请您再看一看。"
WORDS = "东门第二盏也不亮"


def filed(visitor: Phone) -> tuple[str, str]:
    """File a petition on a phone and open its page; return number and key."""
    visitor.open("/petition")
    visitor.write_petition()
    visitor.press("提交")
    number, key = visitor.number_and_key()
    visitor.press("查看进度")
    expect(status(visitor)).to_be_visible()
    return number, key


def staff(visitor: Phone, number: str, *actions: tuple[str, dict[str, object]], name: str = "clerk1") -> None:
    """Let the staff act at their desk."""
    clerk = Api(visitor.url).staff(name)
    for action, body in actions:
        answer = clerk.call("POST", f"/desk/api/v1/petitions/{number}/{action}", body)
        assert answer[0] == 200, answer


def answered(visitor: Phone, number: str) -> None:
    """Bring a petition to its answer."""
    steps: list[tuple[str, dict[str, object]]] = [
        ("accept", {}),
        ("dispatch", {"to": "cgj"}),
        ("sign", {}),
        ("answer", {"public_text": REPLY, "internal_text": "换灯泡"}),
    ]
    staff(visitor, number, *steps)


def status(visitor: Phone) -> Locator:
    return visitor.page.get_by_role("region", name="当前状态")


def steps(visitor: Phone) -> Locator:
    return visitor.page.get_by_role("region", name="办理过程").get_by_role("listitem")


def told(visitor: Phone) -> Locator:
    return visitor.page.locator(".told")


def counted(visitor: Phone, action: str) -> list[Request]:
    """Note every call of an action."""
    calls: list[Request] = []
    visitor.page.on(
        "request",
        lambda one: (
            calls.append(one) if one.method == "POST" and urlsplit(one.url).path.endswith(f"/{action}") else None
        ),
    )
    return calls


def rate(visitor: Phone, *, solved: str, result: str, process: str) -> None:
    page = visitor.page
    page.get_by_label(solved).check()
    page.get_by_role("group", name="对办理结果是否满意").get_by_label(result, exact=True).check()
    page.get_by_role("group", name="对办理过程是否满意").get_by_label(process, exact=True).check()


def test_the_page_says_who_has_it_how_long_and_follows_by_itself(phone: Callable[..., Phone]) -> None:
    # Given a petition whose page stays open
    visitor = phone(width=360, height=740)
    number, _ = filed(visitor)
    expect(status(visitor)).to_contain_text("等待受理")
    expect(status(visitor)).to_contain_text("12345 热线中心")
    expect(status(visitor)).to_contain_text("个工作日")
    visitor.shot("filed")
    asked: list[str] = []
    visitor.page.on("request", lambda one: asked.append(one.url) if f"/petitions/{number}" in one.url else None)
    # When staff move it on
    staff(visitor, number, ("accept", {}), ("dispatch", {"to": "cgj"}))
    # Then the page shows it without being touched, and has not asked again and again for it
    expect(status(visitor)).to_contain_text("已转办")
    expect(status(visitor)).not_to_contain_text("12345 热线中心")
    expect(steps(visitor).first).to_contain_text("转交承办单位")
    assert 1 <= len(asked) <= 2
    visitor.shot("dispatched", whole=True)


@pytest.mark.parametrize("size", ["standard", "elder"])
def test_a_satisfied_citizen_rates_and_the_petition_is_closed(phone: Callable[..., Phone], size: str) -> None:
    visitor = phone(width=360, height=740, elder=size == "elder")
    number, _ = filed(visitor)
    answered(visitor, number)
    reply = visitor.page.get_by_role("region", name="答复内容")
    expect(reply).to_contain_text(REPLY)
    visitor.shot("answered", whole=True)
    # When an answer is missing, nothing is sent and the focus goes to what is missing
    calls = counted(visitor, "rating")
    visitor.page.get_by_label("已解决").check()
    visitor.press("提交评价")
    summary = visitor.page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary.get_by_role("link")).to_have_count(2)
    visitor.shot("missing", whole=True)
    assert calls == []
    # When all three are given
    rate(visitor, solved="已解决", result="满意", process="非常满意")
    visitor.page.get_by_label("还想说的").fill("谢谢师傅")
    visitor.shot("rating", whole=True)
    visitor.press("提交评价")
    # Then they are shown, once, and the form is gone
    expect(told(visitor)).to_be_focused()
    expect(told(visitor)).to_contain_text("感谢您的评价")
    expect(reply).to_contain_text("已解决")
    expect(visitor.page.get_by_role("button", name="提交评价")).to_have_count(0)
    assert [one.post_data_json for one in calls] == [{"solved": True, "result": 4, "process": 5, "text": "谢谢师傅"}]
    visitor.shot("rated", whole=True)
    # And the closing comes by itself
    staff(visitor, number, ("close", {}))
    expect(status(visitor)).to_contain_text("已办结")
    visitor.shot("closed")


def test_a_dissatisfied_citizen_rates_and_it_is_handled_again(phone: Callable[..., Phone]) -> None:
    visitor = phone(width=360, height=740)
    number, _ = filed(visitor)
    answered(visitor, number)
    rate(visitor, solved="没解决", result="不满意", process="基本满意")
    visitor.press("提交评价")
    expect(told(visitor)).to_contain_text("该重新办理的会重新办理")
    # When the centre orders a redo and it is answered again
    staff(visitor, number, ("redo", {"reason": "灯仍不亮"}))
    expect(status(visitor)).to_contain_text("已转办")
    expect(steps(visitor).first).to_contain_text("重新办理")
    staff(visitor, number, ("sign", {}), ("answer", {"public_text": "已更换线路。", "internal_text": "换线"}))
    # Then the new answer can be rated, from an empty form
    expect(visitor.page.get_by_role("region", name="答复内容")).to_contain_text("已更换线路")
    expect(visitor.page.get_by_label("没解决")).not_to_be_checked()


def test_a_double_tap_urges_once_and_says_when_again(phone: Callable[..., Phone]) -> None:
    visitor = phone(width=360, height=740)
    filed(visitor)
    calls = counted(visitor, "urge")
    button = visitor.page.get_by_role("button", name="催办", exact=True)
    button.evaluate("one => { one.click(); one.click() }")
    expect(told(visitor)).to_contain_text("已为您催办")
    expect(button).to_be_disabled()
    expect(visitor.page.get_by_text("后可以再次催办")).to_be_visible()
    expect(steps(visitor).filter(has_text="催办")).to_have_count(1)
    assert len(calls) == 1
    visitor.shot("urged")


def test_a_supplement_of_words_and_a_picture_answers_a_question(phone: Callable[..., Phone]) -> None:
    visitor = phone(width=360, height=740)
    number, _ = filed(visitor)
    steps_to_question: list[tuple[str, dict[str, object]]] = [
        ("accept", {}),
        ("dispatch", {"to": "cgj"}),
        ("sign", {}),
        ("wait", {"question": "是哪一盏灯不亮？"}),
    ]
    staff(visitor, number, *steps_to_question)
    # Given the question on the page, with the form open below it
    expect(visitor.page.get_by_role("region", name="您现在可以")).to_contain_text("是哪一盏灯不亮？")
    expect(status(visitor)).to_contain_text("暂停计时")
    box = visitor.page.get_by_role("textbox", name="补充说明")
    expect(box).to_be_visible()
    visitor.press("提交补充")
    expect(visitor.page.get_by_role("alert")).to_contain_text("请填写补充内容或添加照片")
    box.fill(WORDS)
    picture: FilePayload = {"name": "灯.jpg", "mimeType": "image/jpeg", "buffer": a_picture()}
    visitor.page.locator("input[type=file]").set_input_files([picture])
    expect(visitor.page.get_by_text("1/9 张")).to_be_visible()
    expect(visitor.page.get_by_text("上传中")).to_have_count(0)
    visitor.shot("supplement", whole=True)
    # When it is sent with a double tap
    calls = counted(visitor, "supplement")
    visitor.page.get_by_role("button", name="提交补充").evaluate("one => { one.click(); one.form.requestSubmit() }")
    # Then it is there once, the clock runs, and the next supplement begins empty
    expect(told(visitor)).to_contain_text("已收到您的补充")
    expect(status(visitor)).to_contain_text("个工作日")
    expect(steps(visitor).filter(has_text=WORDS)).to_have_count(1)
    assert len(calls) == 1
    visitor.press("补充")
    expect(box).to_be_focused()
    expect(box).to_have_value("")


def test_half_a_supplement_survives_a_reload(phone: Callable[..., Phone]) -> None:
    visitor = phone()
    number, _ = filed(visitor)
    visitor.press("补充")
    visitor.page.get_by_role("textbox", name="补充说明").fill(WORDS)
    visitor.open(f"/progress/{number}")
    visitor.press("补充")
    expect(visitor.page.get_by_role("textbox", name="补充说明")).to_have_value(WORDS)


def test_an_answer_lost_on_the_way_is_one_supplement_all_the_same(phone: Callable[..., Phone], watch: Watch) -> None:
    watch.expect("ERR_FAILED")
    # Given a server that takes it and a network that loses its answer
    visitor = phone(width=360, height=740)
    number, _ = filed(visitor)

    def lose_answer(route: Route) -> None:
        route.fetch()
        route.abort()

    visitor.page.route("**/supplement*", lose_answer, times=1)
    visitor.press("补充")
    visitor.page.get_by_role("textbox", name="补充说明").fill(WORDS)
    visitor.press("提交补充")
    expect(visitor.page.get_by_text("再点一次即可，不会重复")).to_be_visible()
    visitor.shot("unknown", whole=True)
    # And the page was closed meanwhile: what may be done cannot be changed, only sent again
    visitor.open(f"/progress/{number}")
    expect(visitor.page.get_by_role("textbox", name="补充说明")).to_be_disabled()
    visitor.press("提交补充")
    expect(told(visitor)).to_contain_text("已收到您的补充")
    expect(steps(visitor).filter(has_text=WORDS)).to_have_count(1)


def test_what_could_not_be_sent_goes_out_once_when_the_network_is_back(
    phone: Callable[..., Phone], watch: Watch
) -> None:
    watch.expect("ERR_INTERNET_DISCONNECTED|WebSocket")
    visitor = phone()
    filed(visitor)
    visitor.press("撤回")
    visitor.page.get_by_label("撤回原因").fill("已经修好")
    visitor.page.context.set_offline(True)
    visitor.press("撤回这件诉求")
    visitor.page.get_by_role("dialog").get_by_role("button", name="撤回", exact=True).click()
    expect(visitor.page.get_by_role("alert")).to_contain_text("网络不通")
    expect(visitor.page.get_by_label("撤回原因")).to_have_value("已经修好")
    visitor.page.context.set_offline(False)
    expect(told(visitor)).to_contain_text("已撤回")
    expect(steps(visitor).filter(has_text="已经修好")).to_have_count(1)


def test_withdrawing_asks_first_and_no_means_no(phone: Callable[..., Phone]) -> None:
    visitor = phone(width=360, height=740)
    filed(visitor)
    calls = counted(visitor, "withdraw")
    visitor.press("撤回")
    visitor.page.get_by_label("撤回原因").fill("已经修好")
    visitor.press("撤回这件诉求")
    dialog = visitor.page.get_by_role("dialog")
    expect(dialog).to_contain_text("不能恢复")
    visitor.shot("dialog")
    visitor.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert calls == []
    visitor.press("撤回这件诉求")
    dialog.get_by_role("button", name="撤回", exact=True).click()
    expect(status(visitor)).to_contain_text("已撤回")
    expect(told(visitor)).to_contain_text("已撤回这件诉求")
    expect(visitor.page.get_by_role("region", name="您现在可以")).to_have_count(0)
    assert len(calls) == 1
    visitor.shot("withdrawn", whole=True)


def test_a_page_that_is_behind_shows_the_refusal_and_how_things_stand(
    phone: Callable[..., Phone], watch: Watch
) -> None:
    watch.expect("409|WebSocket")
    # Given a page that no push reaches, and a petition withdrawn elsewhere
    visitor = phone(width=360, height=740)
    visitor.page.route_web_socket("**/api/v1/stream*", lambda socket: socket.close())
    visitor.page.route("**/api/v1/messages?*", lambda route: route.fulfill(json={"messages": []}))
    number, key = filed(visitor)
    Api(visitor.url).call("POST", f"/api/v1/petitions/{number}/withdraw?key={key}", {})
    # When the citizen urges
    visitor.press("催办")
    # Then the server's sentence is read, and the page is up to date
    expect(told(visitor)).to_have_text("当前状态不能进行此操作")
    expect(told(visitor)).to_have_attribute("role", "alert")
    expect(status(visitor)).to_contain_text("已撤回")
    expect(visitor.page.get_by_role("button", name="催办")).to_have_count(0)
    visitor.shot("refused")


def test_the_query_key_alone_shows_and_does_what_the_api_permits(phone: Callable[..., Phone]) -> None:
    visitor = phone()
    number, key = filed(visitor)
    answered(visitor, number)
    # Given another phone with number and key
    other = phone(width=360, height=740).open("/progress")
    other.page.get_by_role("textbox", name="诉求编号").fill(number)
    other.page.get_by_role("textbox", name="查询码").fill(key)
    other.press("查询")
    expect(other.page.get_by_role("region", name="答复内容")).to_contain_text(REPLY)
    # Then it is offered what the API permits, here the rating alone, and can do it
    expect(other.page.get_by_role("region", name="您现在可以")).to_have_count(0)
    rate(other, solved="已解决", result="满意", process="满意")
    other.press("提交评价")
    expect(told(other)).to_contain_text("感谢您的评价")
    assert key not in other.page.url
    other.shot("rated", whole=True)
    # And the owner's page, when it is looked at again, offers no second rating
    visitor.press("刷新")
    expect(visitor.page.get_by_role("button", name="提交评价")).to_have_count(0)


@pytest.mark.parametrize("size", ["standard", "elder"])
def test_every_form_of_the_page_serves_everybody(phone: Callable[..., Phone], size: str) -> None:
    visitor = phone(width=360, height=740, elder=size == "elder")
    page, found = visitor.page, {}
    number, _ = filed(visitor)
    least = 18 if size == "elder" else 12

    def look(name: str) -> None:
        faults = violations(page) + page.evaluate(OVERFLOWING) + page.evaluate(SMALL_TARGETS, 44)
        if faults := faults + page.evaluate(SMALL_TYPE, least):
            found[name] = faults
        visitor.shot(name, whole=True)

    look("filed")
    visitor.press("补充")
    visitor.press("提交补充")
    expect(page.get_by_role("alert")).to_be_visible()
    look("supplement")
    visitor.press("撤回")
    look("withdraw")
    visitor.press("催办")
    expect(told(visitor)).to_be_visible()
    look("urged")
    answered(visitor, number)
    expect(page.get_by_role("button", name="提交评价")).to_be_visible()
    visitor.press("提交评价")
    look("rating")
    rate(visitor, solved="没解决", result="非常不满意", process="非常不满意")
    visitor.press("提交评价")
    expect(told(visitor)).to_be_visible()
    look("rated")
    assert found == {}


def test_a_rating_is_given_with_the_keyboard_alone(phone: Callable[..., Phone]) -> None:
    visitor = phone()
    page = visitor.page
    number, _ = filed(visitor)
    answered(visitor, number)
    expect(page.get_by_role("button", name="提交评价")).to_be_visible()

    def tab_until(script: str) -> None:
        for _ in range(40):
            page.keyboard.press("Tab")
            if page.evaluate(f"(() => {{ const one = document.activeElement; return {script} }})()"):
                return
        pytest.fail(f"Tab never reaches {script}")

    tab_until("one.name === 'rate-solved'")
    page.keyboard.press("Space")
    for group in ("rate-result", "rate-process"):
        tab_until(f"one.name === '{group}'")
        page.keyboard.press("Space")
        page.keyboard.press("ArrowRight")
    tab_until("one.innerText === '提交评价'")
    page.keyboard.press("Enter")
    expect(told(visitor)).to_be_focused()
    assert visitor.ask_api(f"/petitions/{number}")["rating"] | {"at": ""} == {
        "at": "",
        "solved": True,
        "result": 4,
        "process": 4,
    }
