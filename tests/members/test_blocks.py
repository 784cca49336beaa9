"""Who may meet whom: blocks both ways, orders, and what they are taken back to."""

from datetime import timedelta

from community.members.actions import accounts
from community.members.models import NoContact
from community.members.queries import blocks
from tests.conftest import Act
from tests.factories import Cast


def test_ben_and_cleo_may_meet_until_one_of_them_blocks_the_other(act: Act, cast: Cast) -> None:  # S34
    def may_meet() -> set[bool]:
        pairs = ((cast.ben.id, cast.cleo.id), (cast.cleo.id, cast.ben.id))
        return {act.read(None, lambda ctx, two=two: blocks.can_interact(ctx.session, *two)) for two in pairs}

    assert may_meet() == {True}
    act(cast.ben, accounts.block, member_id=cast.cleo.id)
    assert may_meet() == {False}
    act(cast.ben, accounts.unblock, member_id=cast.cleo.id)
    assert may_meet() == {True}


def test_an_order_keeps_two_apart_until_it_ends(act: Act, cast: Cast) -> None:  # S34
    def may_meet() -> bool:
        return act.read(None, lambda ctx: blocks.can_interact(ctx.session, cast.ben.id, cast.cleo.id))

    act(None, accounts.ensure_no_contact, one=cast.ben.id, other=cast.cleo.id, source="court")
    assert not may_meet()
    with act.store.unit_of_work(now=act.now) as uow:
        for order in uow.session.query(NoContact):
            order.ended_at = act.now + timedelta(hours=1)
    assert may_meet()
