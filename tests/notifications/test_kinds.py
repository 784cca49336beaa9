"""Kinds of notifications are declared beside the rules that send them."""

import re

import pytest

from community.core.outbox.notification_kinds import Kind, all_kinds, declare_kind, kind_of, switchable_kinds


def test_kinds_come_in_the_order_of_their_positions() -> None:
    positions = [kind.position for kind in all_kinds().values()]
    assert len(positions) >= 65
    assert positions == sorted(set(positions))


def test_every_feature_that_notifies_has_declared_its_kinds() -> None:
    one_of_each = {
        "member.joined", "message.posted", "rsvp.promoted", "reminder.60", "buddy.reminded", "check_in.prompted",
        "inactivity.shared", "planned_support.started", "sanction.lifted", "reach_out.thanked", "onboarding.started",
        "shift.next", "email.bounced", "digest",
    }  # fmt: skip
    assert one_of_each <= set(switchable_kinds())


def test_a_kind_is_declared_once() -> None:
    taken = kind_of("digest").position
    with pytest.raises(TypeError):
        declare_kind("digest", Kind(label="The daily mail", position=-1))
    with pytest.raises(TypeError):
        declare_kind("another.kind", Kind(label="Another kind", position=taken))


def test_a_stored_row_of_a_kind_that_is_gone_comes_in_the_app_only() -> None:
    gone = kind_of("gone.kind")
    assert (gone.label, gone.mails, gone.pushes) == ("Something new", False, False)


def test_security_kinds_cannot_be_switched_off() -> None:
    assert "password.changed" in all_kinds()
    assert "password.changed" not in switchable_kinds()


def test_ada_reads_of_failed_mails_without_a_members_i_and_my() -> None:
    named = {name: kind.staff_label or kind.label for name, kind in all_kinds().items()}
    assert any("my" in kind.label.split() for kind in all_kinds().values())
    of_members = re.compile(r"\b(I|I’m|me|my)\b", re.IGNORECASE)
    assert {name: label for name, label in named.items() if of_members.search(label)} == {}
