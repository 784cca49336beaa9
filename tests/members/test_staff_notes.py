"""Notes of staff on members: owned, sealed, audited, at hand for whoever comes on shift, and never for the member."""

from typing import Any

import pytest
from sqlalchemy import select, text

from community.core.audit_log import AuditEntry
from community.core.errors import Forbidden, NotFound
from community.core.unit_of_work import Role, UnitOfWorkFactory
from community.members.actions import staff_notes
from community.members.queries import staff_notes as queries
from tests.conftest import Act
from tests.factories import Cast, make_member
from tests.pages import page_text, post_form

WORDS = "Prefers a call to a message."


def test_ada_keeps_a_note_that_root_reads_and_only_she_changes(
    cast: Cast, act: Act, page: Any, store: UnitOfWorkFactory
) -> None:
    ada, address = page(cast.ada), f"/console/members/{cast.ben.id}"
    assert "The person may ask for a copy" in page_text(ada, address)
    assert post_form(ada, f"{address}/notes", {"body": WORDS, "handover": "no"}).status_code == 303
    assert post_form(ada, f"{address}/notes", {"body": "", "handover": "no"}).status_code == 422
    [note] = act.read(cast.root, queries.staff_notes, member_id=cast.ben.id)
    assert (note.body, note.owner, note.is_mine) == (WORDS, "Ada", False)
    root = page(cast.root)
    assert WORDS in page_text(root, address)
    assert post_form(root, f"{address}/notes/{note.id}", {"body": "Other."}).status_code == 404
    assert post_form(ada, f"{address}/notes/{note.id}", {"body": "Evenings only."}).status_code == 303
    assert "Evenings only." in page_text(ada, address)
    with store.read_context() as ctx:
        assert "Evenings" not in str(ctx.session.execute(text("SELECT body FROM staff_notes")).all())
        entries = ctx.session.execute(select(AuditEntry.action, AuditEntry.actor_id, AuditEntry.facts)).all()
    done = [(action, actor) for action, actor, _ in entries if action.startswith("note")]
    assert ("notes.read", cast.root.id) in done
    assert [one for one in done if one[1] == cast.ada.id and one[0] != "notes.read"] == [
        ("note.written", cast.ada.id),
        ("note.changed", cast.ada.id),
    ]
    assert "Evenings" not in str([facts for _, _, facts in entries])
    assert post_form(ada, f"{address}/notes/{note.id}/deletion", {}).status_code == 303
    assert act.read(cast.root, queries.staff_notes, member_id=cast.ben.id) == []


def test_the_next_shift_sees_what_is_marked_for_fourteen_days_or_pinned(cast: Cast, act: Act, page: Any) -> None:
    """Console, hand-over: notes to know."""
    for body, handover in (("Only here.", "no"), ("Two weeks.", "soon"), ("For long.", "pinned")):
        act(cast.ada, staff_notes.write_note, member_id=cast.ben.id, body=body, handover=handover)
    assert [one.body for one in act.read(cast.root, queries.notes_for_handover)] == ["For long.", "Two weeks."]
    shown = page_text(page(cast.root), "/console/shifts")
    assert "Notes to know" in shown
    assert "Only here." not in shown
    act.later(days=14)
    assert [one.body for one in act.read(cast.root, queries.notes_for_handover)] == ["For long."]


def test_ada_reads_no_notes_on_herself_or_on_a_role_above_hers(cast: Cast, act: Act, store: UnitOfWorkFactory) -> None:
    with store.unit_of_work() as uow:
        wren = make_member(uow, "Wren", Role.COORDINATOR)
    act(cast.root, staff_notes.write_note, member_id=cast.ada.id, body=WORDS, handover="pinned")
    assert len(act.read(wren, queries.staff_notes, member_id=cast.ada.id)) == 1
    for actor, about in ((cast.ada, cast.ada), (cast.ada, cast.root)):
        with pytest.raises(NotFound):
            act.read(actor, queries.staff_notes, member_id=about.id)
        with pytest.raises(NotFound):
            act(actor, staff_notes.write_note, member_id=about.id, body=WORDS)
    assert act.read(cast.ada, queries.notes_for_handover) == []
    assert len(act.read(wren, queries.notes_for_handover)) == 1
    for actor in (cast.ben, cast.cleo):
        with pytest.raises(Forbidden):
            act.read(actor, queries.staff_notes, member_id=cast.ben.id)
