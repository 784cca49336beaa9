"""Who looked: every member sees when a coordinator opened something of theirs, and nothing of what is not theirs."""

from typing import Any
from uuid import UUID

from community.check_ins.actions import check_ins
from community.core.unit_of_work import Actor
from community.members.actions import accounts
from community.rooms.actions import membership
from community.safety.actions import appeals, cases
from community.safety.queries import audit_views
from tests.conftest import Act
from tests.factories import Cast
from tests.pages import page_text
from tests.safety.test_cases import impose, read, report, said, whispered

__all__ = ["said", "whispered"]


def looks(act: Act, actor: Actor) -> list[tuple[str, str | None]]:
    """What was opened of somebody's and by whom, as far as it is theirs to know, newest first."""
    return [(one.what, one.who) for one in act.read(actor, audit_views.access_log, cursor=None, limit=50).items]


def test_ben_shared_a_check_in_and_sees_each_time_it_was_read(cast: Cast, act: Act, page: Any) -> None:  # C6
    answers = {"mood": 2, "note": "marmalade"}
    made = act(cast.ben, check_ins.record_check_in, audience="coordinator", **answers)
    assert "No one has" in page_text(page(cast.ben), "/who-looked")
    for one in (cast.ada, cast.ada, cast.root):
        act(one, check_ins.open_shared_check_in, check_in_id=made.id)
        act.later(seconds=1)
    assert looks(act, cast.ben) == [("check_in", "Root"), ("check_in", "Ada"), ("check_in", "Ada")]
    assert [looks(act, one) for one in (cast.cleo, cast.ada)] == [[], []]
    first = act.read(cast.ben, audit_views.access_log, cursor=None, limit=2)
    rest = act.read(cast.ben, audit_views.access_log, cursor=first.next_cursor, limit=2)
    assert [len(first.items), len(rest.items)] == [2, 1]
    text = page_text(page(cast.ben), "/who-looked")
    assert "Root read your check-in" in text
    assert f"/check-ins/{made.id}" in text
    assert "marmalade" not in text
    assert "/who-looked" in page_text(page(cast.ben), "/account")
    act(cast.ben, check_ins.delete_check_in, check_in_id=made.id)
    text = page_text(page(cast.ben), "/who-looked")
    assert "Root read your check-in" in text
    assert f"/check-ins/{made.id}" not in text, "no way to what is not there any more"


def test_both_in_a_room_see_that_it_was_opened_and_not_for_whom(cast: Cast, act: Act, whispered: UUID) -> None:
    """That there is a report, whom it is about and who looks at it show to nobody."""
    case = report(act, cast.ben, whispered)
    read(act, cast.ada, case)
    assert [looks(act, one) for one in (cast.ben, cast.cleo)] == [[], []]
    act(cast.ada, cases.open_evidence, report_id=case)
    assert [looks(act, one) for one in (cast.ben, cast.cleo, cast.dov)] == [[("room", None)], [("room", None)], []]
    [one] = act.read(cast.cleo, audit_views.access_log, cursor=None, limit=50).items
    assert str(one.url).endswith("/openings")
    act(cast.cleo, accounts.block, member_id=cast.ben.id)
    [one] = act.read(cast.cleo, audit_views.access_log, cursor=None, limit=50).items
    assert one.url is None, "the room is not there for her now; that it was opened stays hers to know"


def test_a_room_that_ben_left_does_not_show_and_the_page_says_so(
    cast: Cast, act: Act, whispered: UUID, page: Any
) -> None:
    """Opened after two were parted, it would tell one of them that the other reported something."""
    act(cast.ada, cases.open_evidence, report_id=report(act, cast.ben, whispered))
    [one] = act.read(cast.cleo, audit_views.access_log, cursor=None, limit=50).items
    room = UUID(str(one.url).split("/")[2])
    act(None, membership.remove_members, room_id=room, members=[cast.cleo.id])
    assert looks(act, cast.cleo) == []
    assert "Rooms you have left." in page_text(page(cast.cleo), "/who-looked")
    assert looks(act, cast.ben) == [("room", None)]


def test_ben_appeals_and_sees_that_it_was_read(cast: Cast, act: Act, said: UUID) -> None:
    made = impose(act, cast.ada, report(act, cast.ben, said))
    appeal = act(cast.cleo, appeals.appeal, sanction_id=made.id, statement="It was a joke.")
    act(cast.root, appeals.read_appeal, appeal_id=appeal.id)
    assert looks(act, cast.cleo) == [("appeal", None)]
    [one] = act.read(cast.cleo, audit_views.access_log, cursor=None, limit=50).items
    assert one.url == f"/measures/{made.id}"
