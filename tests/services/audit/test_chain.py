"""Whatever is done to a stored chain is found and named."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from services.audit.chain import GENESIS, Fault, FaultKind, faults_of, hash_of, sealed_entry
from services.audit.model import HEAD_ID, Entry, Head, entry_id
from tests.support.audit import an_act

K = FaultKind


def a_chain(length: int = 6, *, by: str = "clerk1") -> tuple[list[Entry], Head]:
    """Return a whole chain and its head."""
    head, entries = Head(id=HEAD_ID, seq=0, hash=GENESIS), list[Entry]()
    for number in range(1, length + 1):
        entry = sealed_entry(an_act(f"pt_1:{number}", by=by), after=head)
        entries.append(entry)
        head = Head(id=HEAD_ID, seq=entry.seq, hash=entry.hash)
    return entries, head


def test_an_untouched_chain_has_no_fault() -> None:
    entries, head = a_chain()
    assert faults_of(entries, head=head) == []


def test_an_empty_log_has_no_fault() -> None:
    assert faults_of([], head=None) == []


def test_a_changed_act_is_named() -> None:
    entries, head = a_chain()
    entries[2] = replace(entries[2], act=replace(entries[2].act, by="somebody"))
    assert faults_of(entries, head=head) == [Fault(K.CHANGED, entry_id(3))]


def test_an_act_changed_together_with_its_hash_shows_in_the_next_entry() -> None:
    entries, head = a_chain()
    act = replace(entries[2].act, by="somebody")
    entries[2] = replace(entries[2], act=act, hash=hash_of(seq=3, previous=entries[2].previous, act=act))
    assert faults_of(entries, head=head) == [Fault(K.UNLINKED, entry_id(4))]


def test_a_removed_entry_is_named() -> None:
    entries, head = a_chain()
    del entries[3]
    assert faults_of(entries, head=head) == [Fault(K.REMOVED, entry_id(4))]


def test_entries_removed_at_the_end_are_named_by_the_head() -> None:
    entries, head = a_chain()
    assert faults_of(entries[:4], head=head) == [Fault(K.REMOVED, entry_id(5)), Fault(K.REMOVED, entry_id(6))]


def test_a_long_gap_is_summed_up() -> None:
    entries, head = a_chain(40)
    faults = faults_of([entries[0], entries[-1]], head=head)
    assert len(faults) == 21
    assert faults[-1] == Fault(K.REMOVED, f"{entry_id(22)}..{entry_id(39)}")


def test_an_entry_pushed_in_shows_where_it_stands_and_all_pushed_back_ones_are_named() -> None:
    entries, head = a_chain()
    forged = sealed_entry(an_act("pt_9:1"), after=Head(id="", seq=2, hash=entries[1].hash))
    pushed = [replace(one, id=entry_id(one.seq + 1)) for one in entries[2:]]
    faults = faults_of([*entries[:2], forged, *pushed], head=head)
    assert [fault.kind for fault in faults[:4]] == [K.REORDERED] * 4
    assert faults[-1].kind is K.HEAD


def test_an_entry_under_an_id_of_another_form_is_named() -> None:
    entries, head = a_chain()
    extra = replace(entries[2], id="audit:000000000003b")
    assert faults_of([*entries[:3], extra, *entries[3:]], head=head) == [Fault(K.INSERTED, "audit:000000000003b")]


def test_two_entries_that_changed_places_are_both_named() -> None:
    entries, head = a_chain()
    entries[1], entries[3] = replace(entries[3], id=entry_id(2)), replace(entries[1], id=entry_id(4))
    assert faults_of(entries, head=head) == [Fault(K.REORDERED, entry_id(2)), Fault(K.REORDERED, entry_id(4))]


def test_a_head_that_names_another_entry_is_a_fault() -> None:
    entries, head = a_chain()
    assert faults_of(entries, head=replace(head, hash=GENESIS)) == [Fault(K.HEAD, entry_id(6))]


def test_a_lost_head_is_a_fault() -> None:
    entries, _ = a_chain()
    assert faults_of(entries, head=None) == [Fault(K.HEAD, "missing")]


def test_a_head_one_behind_is_none_its_writer_was_stopped() -> None:
    entries, _ = a_chain()
    behind = Head(id=HEAD_ID, seq=5, hash=entries[4].hash)
    assert faults_of(entries, head=behind) == []


@given(length=st.integers(2, 12), data=st.data())
def test_any_single_edit_of_any_field_is_found(length: int, data: st.DataObject) -> None:
    entries, head = a_chain(length)
    place = data.draw(st.integers(0, length - 1))
    field = data.draw(st.sampled_from(["by", "role", "action", "subject", "purpose", "key"]))
    value = data.draw(st.text(max_size=20).filter(lambda text: text != getattr(entries[place].act, field)))
    entries[place] = replace(entries[place], act=replace(entries[place].act, **{field: value}))
    assert faults_of(entries, head=head) == [Fault(K.CHANGED, entry_id(place + 1))]


@given(length=st.integers(3, 12), data=st.data())
def test_any_removal_before_the_head_is_found(length: int, data: st.DataObject) -> None:
    entries, head = a_chain(length)
    gone = data.draw(st.sets(st.integers(0, length - 1), min_size=1))
    left = [entry for place, entry in enumerate(entries) if place not in gone]
    named = {fault.at for fault in faults_of(left, head=head) if fault.kind is K.REMOVED}
    assert named == {entry_id(place + 1) for place in gone}
