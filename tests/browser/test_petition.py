"""File a petition by the form and follow it; nothing written is lost and nothing is filed twice."""

import base64
import json
from collections.abc import Callable

from playwright.sync_api import FilePayload, Request, Route, expect

from tests.browser.conftest import Watch
from tests.browser.driving import STORY, Phone


def test_a_petition_is_filed_and_followed_with_number_and_key(phone: Callable[..., Phone]) -> None:
    # Given a petition filed without a name
    visitor = phone().open("/petition")
    visitor.write_petition()
    visitor.shot("check")
    visitor.press("提交")
    number, key = visitor.number_and_key()
    visitor.shot("receipt")
    assert len(key) == 16
    expect(visitor.page.get_by_role("region", name="接下来")).to_contain_text("回访")
    # When somebody with another phone has number and key
    other = phone().open("/progress")
    other.page.get_by_role("textbox", name="诉求编号").fill(number.lower())
    other.page.get_by_role("textbox", name="查询码").fill(f"{key[:4]} {key[4:8]}-{key[8:]}")
    other.press("查询")
    # Then they see where it stands, and not what it says
    expect(other.page.get_by_role("region", name="办理过程").get_by_role("listitem").first).to_be_visible()
    expect(other.page.get_by_text("承诺答复日期")).to_be_visible()
    expect(other.page.locator("main")).not_to_contain_text(STORY)
    assert key not in other.page.url
    other.shot("progress")


def test_a_number_alone_opens_nothing(phone: Callable[..., Phone], watch: Watch) -> None:
    watch.expect("404")
    visitor = phone().open("/petition")
    visitor.write_petition()
    visitor.press("提交")
    number, _ = visitor.number_and_key()
    stranger = phone().open(f"/progress/{number}")
    expect(stranger.page.get_by_role("alert")).to_be_visible()
    expect(stranger.page.get_by_text("办理过程")).to_have_count(0)


def test_what_was_filed_here_is_listed_and_opens_without_typing(phone: Callable[..., Phone]) -> None:
    visitor = phone().open("/petition")
    visitor.write_petition(anonymous=False)
    visitor.press("提交")
    number, _ = visitor.number_and_key()
    visitor.open("/progress")
    visitor.page.get_by_role("link", name=number).click()
    expect(visitor.page.get_by_role("region", name="办理过程").get_by_role("listitem").first).to_be_visible()
    visitor.open("/progress")
    visitor.press("从本机移除这些记录")
    visitor.press("移除")
    expect(visitor.page.get_by_text("本机还没有提交过诉求")).to_be_visible()


def test_a_draft_survives_a_reload_on_every_step(phone: Callable[..., Phone]) -> None:
    visitor = phone().open("/petition")
    visitor.write_petition(anonymous=False)
    visitor.page.reload()
    expect(visitor.page.get_by_role("heading", name="核对并提交")).to_be_visible()
    expect(visitor.page.locator(".lines")).to_contain_text(STORY)
    expect(visitor.page.locator(".lines")).to_contain_text("市南区示例路 11 号小区东门")
    expect(visitor.page.locator(".lines")).to_contain_text("0532-00000000")
    visitor.open("/petition")
    expect(visitor.page.get_by_text("已恢复上次没写完的内容")).to_be_visible()
    visitor.press("清空重写")
    visitor.press("清空")
    expect(visitor.page.get_by_label("请说说具体情况")).to_have_value("")


def test_a_double_tap_files_one(phone: Callable[..., Phone]) -> None:
    visitor = phone().open("/petition")
    visitor.write_petition()
    sent: list[Request] = []
    visitor.page.on(
        "request", lambda request: sent.append(request) if request.url.endswith("/api/v1/petitions") else None
    )
    button = visitor.page.get_by_role("button", name="提交", exact=True)
    button.evaluate("button => { button.click(); button.click(); button.form.requestSubmit() }")
    visitor.number_and_key()
    assert len(sent) == 1
    visitor.open("/progress")
    expect(visitor.page.get_by_role("region", name="本机提交的诉求").get_by_role("listitem")).to_have_count(1)


def test_an_answer_lost_on_the_way_files_one_petition_all_the_same(phone: Callable[..., Phone], watch: Watch) -> None:
    watch.expect("ERR_FAILED")
    # Given a server that files the petition and a network that loses its answer
    visitor = phone().open("/petition")
    visitor.write_petition()
    filed: list[str] = []

    def lose_answer(route: Route) -> None:
        filed.append(route.fetch().json()["number"])
        route.abort()

    visitor.page.route("**/api/v1/petitions", lose_answer, times=1)
    visitor.press("提交")
    expect(visitor.page.get_by_text("再点一次“提交”即可，不会重复")).to_be_visible()
    visitor.shot("unknown")
    # And the page was closed meanwhile: what may be filed cannot be changed, only sent again
    visitor.open("/petition")
    expect(visitor.page.get_by_role("button", name="修改内容")).to_have_count(0)
    # When the citizen sends it again
    visitor.press("提交")
    # Then it is the same petition
    assert visitor.number_and_key()[0] == filed[0]


def test_what_is_missing_is_named_and_focus_goes_there(phone: Callable[..., Phone]) -> None:
    visitor = phone().open("/petition")
    visitor.press("下一步")
    summary = visitor.page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("请选择类型")
    visitor.shot("faults")
    summary.get_by_role("link", name="请写下具体情况").click()
    expect(visitor.page.get_by_label("请说说具体情况")).to_be_focused()
    expect(visitor.page.get_by_label("请说说具体情况")).to_have_attribute("aria-invalid", "true")


def test_nobody_lands_on_a_step_whose_predecessors_are_empty(phone: Callable[..., Phone]) -> None:
    visitor = phone().open("/petition?step=check")
    expect(visitor.page.get_by_role("heading", name="什么事")).to_be_visible()


def test_back_after_filing_offers_an_empty_form_and_files_nothing_again(phone: Callable[..., Phone]) -> None:
    visitor = phone().open("/petition")
    visitor.write_petition()
    visitor.press("提交")
    visitor.number_and_key()
    visitor.page.go_back()
    expect(visitor.page.get_by_role("heading", name="什么事")).to_be_visible()
    expect(visitor.page.get_by_label("请说说具体情况")).to_have_value("")


def test_an_answer_is_changed_and_the_way_leads_back_to_the_check(phone: Callable[..., Phone]) -> None:
    visitor = phone().open("/petition")
    visitor.write_petition()
    visitor.press("修改内容")
    visitor.page.get_by_label("请说说具体情况").fill("改过的内容")
    visitor.press("下一步")
    expect(visitor.page.get_by_role("heading", name="核对并提交")).to_be_visible()
    expect(visitor.page.locator(".lines")).to_contain_text("改过的内容")


def test_an_anonymous_petition_sends_no_contact_even_when_one_was_typed(phone: Callable[..., Phone]) -> None:
    visitor = phone().open("/petition")
    visitor.write_petition(anonymous=False)
    visitor.press("修改联系方式")
    visitor.page.get_by_label("匿名反映").check()
    visitor.press("下一步")
    with visitor.page.expect_request("**/api/v1/petitions") as sent:
        visitor.press("提交")
    body = json.loads(sent.value.post_data or "")
    assert (body["anonymous"], body["contact"]) == (True, None)
    assert "0532" not in (sent.value.post_data or "")


def test_photos_are_stored_at_once_shown_and_limited(phone: Callable[..., Phone]) -> None:
    visitor = phone().open("/petition")
    page = visitor.page
    draw = "async (n) => { const c = document.createElement('canvas'); c.width = c.height = 40; const x = c.getContext('2d'); x.fillStyle = `hsl(${n * 30} 60% 50%)`; x.fillRect(0, 0, 40, 40); return c.toDataURL('image/jpeg').split(',')[1] }"
    pictures: list[FilePayload] = [
        {"name": f"{n}.jpg", "mimeType": "image/jpeg", "buffer": base64.b64decode(page.evaluate(draw, n))}
        for n in range(10)
    ]
    page.locator("input[type=file]").set_input_files(pictures)
    expect(page.get_by_text("9/9 张")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("最多 9 张照片")
    expect(page.get_by_text("上传中")).to_have_count(0)
    page.get_by_text("照片（可以不传）").scroll_into_view_if_needed()
    visitor.shot("photos")
    visitor.press("删除第 1 张照片")
    expect(page.get_by_text("8/9 张")).to_be_visible()
    page.locator("input[type=file]").set_input_files({"name": "a.txt", "mimeType": "text/plain", "buffer": b"x"})
    expect(page.get_by_role("alert")).to_contain_text("只能上传照片")


def test_a_refusal_of_the_server_is_shown_in_its_words_and_changes_nothing(
    phone: Callable[..., Phone], watch: Watch
) -> None:
    watch.expect("422")
    visitor = phone().open("/petition")
    visitor.write_petition()
    problem = {
        "status": 422,
        "code": "petitions.refused",
        "title": "提交的内容有误",
        "request_id": "r",
        "fields": {"text": "内容太短"},
    }
    visitor.page.route(
        "**/api/v1/petitions",
        lambda route: route.fulfill(status=422, content_type="application/problem+json", body=json.dumps(problem)),
        times=1,
    )
    visitor.press("提交")
    expect(visitor.page.get_by_text("提交的内容有误")).to_be_visible()
    expect(visitor.page.get_by_role("link", name="内容太短")).to_be_visible()
    expect(visitor.page.get_by_role("button", name="修改内容")).to_be_visible()
    visitor.press("提交")
    visitor.number_and_key()
