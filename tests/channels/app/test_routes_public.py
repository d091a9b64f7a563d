"""Everybody reads the public list by JSON, filtered and in pages."""

from channels.app.routes_public import PublicRoutes
from tests.support.desk import a_desk
from tests.support.public_list import a_stage


async def test_anybody_reads_what_was_published_and_no_trace_of_who_did() -> None:
    async with a_stage() as stage, a_desk(*PublicRoutes(public_list=stage.public_list).endpoints()) as api:
        identity = await stage.published()
        status, answer = await api.call("GET", "/public/petitions?district=370202")
        assert (status, answer["next"]) == (200, None)
        [line] = answer["petitions"]
        assert line == (await api.call("GET", f"/public/petitions/{identity}"))[1]
        assert "published_by" not in line
        assert line["department"] == "青岛市城市管理局"


async def test_pages_follow_each_other_newest_first() -> None:
    async with a_stage() as stage, a_desk(*PublicRoutes(public_list=stage.public_list).endpoints()) as api:
        published = [await stage.published(key=f"d{number}") for number in range(25)]
        _, first = await api.call("GET", "/public/petitions")
        _, second = await api.call("GET", f"/public/petitions?cursor={first['next']}")
        got = [line["id"] for line in (*first["petitions"], *second["petitions"])]
        assert sorted(got) == sorted(published)
        assert (len(first["petitions"]), second["next"]) == (20, None)


async def test_what_is_not_there_is_404_and_what_is_malformed_is_refused() -> None:
    async with a_stage() as stage, a_desk(*PublicRoutes(public_list=stage.public_list).endpoints()) as api:
        assert (await api.call("GET", "/public/petitions/pub_none"))[0] == 404
        assert (await api.call("GET", "/public/petitions?cursor=nonsense"))[0] == 404
        assert (await api.call("GET", "/public/petitions?district=x"))[0] == 400
