"""The desk API publishes what was previewed and nothing else."""

from channels.desk.routes_publication import PublicationRoutes
from tests.support.desk import a_desk
from tests.support.public_list import a_stage


async def test_a_clerk_previews_publishes_and_takes_down() -> None:
    async with a_stage() as stage, a_desk(*PublicationRoutes(public_list=stage.public_list).endpoints()) as desk:
        path = f"/petitions/{await stage.answered('业主张伟来电，楼道灯坏了')}"
        status, preview = await desk.call("POST", f"{path}/preview", {}, by="clerk1")
        assert (status, preview["text"], preview["is_public"]) == (200, "业主***来电，楼道灯坏了", False)
        assert preview["found"] == {"name": 2}
        status, published = await desk.call("POST", f"{path}/publish", {"seen": preview["seen"]}, by="clerk1")
        assert status == 200
        assert (await stage.public_list.get(published["id"])).text == preview["text"]
        assert (await desk.call("POST", f"{path}/unpublish", {}, by="supervisor1"))[0] == 200
        assert (await stage.public_list.listed()).documents == ()


async def test_an_outdated_preview_and_other_roles_are_refused() -> None:
    async with a_stage() as stage, a_desk(*PublicationRoutes(public_list=stage.public_list).endpoints()) as desk:
        path = f"/petitions/{await stage.answered()}"
        status, answer = await desk.call("POST", f"{path}/publish", {"seen": "something"}, by="clerk1")
        assert (status, answer["code"]) == (409, "public_list.preview_outdated")
        for name in ("agent1", "lamps1", "operator1"):
            assert (await desk.call("POST", f"{path}/preview", {}, by=name))[0] == 403
        assert (await desk.call("POST", f"{path}/publish", {}, by="clerk1"))[0] == 400
