"""Supervisors see the audit log; nobody else does."""

from msgspec.structs import replace

from channels.desk.routes_audit import AuditRoutes
from services.audit.model import entry_id
from tests.support.audit import LogBook, a_log_book, an_act
from tests.support.desk import a_desk


async def test_a_supervisor_reads_who_did_what_newest_first() -> None:
    async with a_log_book() as book, a_desk(*AuditRoutes(audit=book.log).endpoints()) as desk:
        for key in "abc":
            await book.log.record(an_act(key))
        status, answer = await desk.call("GET", "/audit?subject=QD20261124-7K3M9P", by="supervisor1")
        assert status == 200
        assert [(line["seq"], line["by"], line["action"]) for line in answer["entries"]] == [
            (3, "clerk1", "accept"),
            (2, "clerk1", "accept"),
            (1, "clerk1", "accept"),
        ]
        assert (await desk.call("GET", "/audit?subject=nothing", by="supervisor1"))[1]["entries"] == []


async def test_nobody_else_reads_it() -> None:
    async with a_log_book() as book, a_desk(*AuditRoutes(audit=book.log).endpoints()) as desk:
        for name in ("agent1", "clerk1", "operator1", "lamps1"):
            assert (await desk.call("GET", "/audit", by=name))[0] == 403
            assert (await desk.call("GET", "/audit/verification", by=name))[0] == 403
        assert (await desk.call("GET", "/audit"))[0] == 401


async def test_a_touched_entry_is_named_by_the_check() -> None:
    async with a_log_book() as book, a_desk(*AuditRoutes(audit=book.log).endpoints()) as desk:
        for key in "abc":
            await book.log.record(an_act(key))
        whole = await desk.call("GET", "/audit/verification", by="supervisor1")
        assert whole == (200, {"checked": 3, "faults": [], "reached": 3, "head": 3})
        await _touch(book)
        _, answer = await desk.call("GET", "/audit/verification?after=1", by="supervisor1")
        assert answer["faults"] == [{"kind": "changed", "at": entry_id(2)}]


async def _touch(book: LogBook) -> None:
    entry = await book.entries.get(entry_id(2))
    await book.entries.save(replace(entry, act=replace(entry.act, by="nobody")))
