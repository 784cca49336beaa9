"""Second factors: a code after the password, taken once, tried a few times, and set up with more than a password."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pyotp
import pytest

from community.core.unit_of_work import Actor, UnitOfWorkFactory
from community.members.actions import pending_sign_ins, second_factors, session_auth, sign_in
from community.members.actions.sign_in_throttle import TooManyTries
from community.members.queries.second_factors import kinds_of
from community.members.rules import second_factors as rules
from tests.conftest import NOON, SECRET, Act
from tests.factories import Cast
from tests.support.accounts import PASSWORD, give_password

NAME = "Afterward"


def caller(address: str = "192.0.2.1") -> sign_in.Caller:
    return sign_in.Caller(address=address, label="Browser", device="", replaces="", secret=SECRET)


def turn_on(act: Act, actor: Actor) -> tuple[pyotp.TOTP, list[str]]:
    """Set up an app for a member, and return it with the recovery codes."""
    give_password(act.store, actor)
    setup = act(actor, second_factors.start_totp, service=NAME, is_required=False)
    app = pyotp.TOTP(setup.secret)
    code = app.at(act.now)
    codes = act(actor, second_factors.confirm_totp, code=code, secret=SECRET, is_required=False)
    act.now += timedelta(seconds=60)
    return app, codes


def asked(store: UnitOfWorkFactory, email: str) -> second_factors.FactorAsked:
    result = sign_in.sign_in(store, email=email, password=PASSWORD, caller=caller())
    assert isinstance(result, second_factors.FactorAsked)
    return result


def test_a_stolen_password_of_ada_opens_nothing_and_each_code_works_once(
    cast: Cast, act: Act, store: UnitOfWorkFactory
) -> None:  # S4
    app, codes = turn_on(act, cast.ada)
    waiting = asked(store, "ada@example.org")
    assert waiting.kinds == ("totp", "recovery")

    code = app.at(act.now)
    opened = pending_sign_ins.finish_with_code(store, pending=waiting.pending, code=code, caller=caller())
    assert opened.actor.id == cast.ada.id
    with pytest.raises(pending_sign_ins.PendingEnded):
        pending_sign_ins.finish_with_code(store, pending=waiting.pending, code=code, caller=caller())
    again = asked(store, "ada@example.org")
    with pytest.raises(second_factors.WrongCode):
        pending_sign_ins.finish_with_code(store, pending=again.pending, code=code, caller=caller())

    pending_sign_ins.finish_with_code(store, pending=again.pending, code=codes[0].upper(), caller=caller())
    once_more = asked(store, "ada@example.org")
    with pytest.raises(second_factors.WrongCode):
        pending_sign_ins.finish_with_code(store, pending=once_more.pending, code=codes[0], caller=caller())


def test_one_code_at_sixteen_places_at_once_is_taken_once(cast: Cast, act: Act, store: UnitOfWorkFactory) -> None:  # S4
    app, _ = turn_on(act, cast.ada)
    code = app.at(act.now)

    def take(_: int) -> bool:
        with store.unit_of_work() as uow:
            return second_factors.take_code(uow, cast.ada.id, code=code, secret=SECRET)

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(take, range(16))) == 1


def test_codes_are_tried_a_few_times_even_by_who_has_the_password(
    cast: Cast, act: Act, store: UnitOfWorkFactory
) -> None:  # S4
    turn_on(act, cast.ada)
    for _ in range(2):
        pending = asked(store, "ada@example.org").pending
        with pytest.raises(second_factors.WrongCode):
            pending_sign_ins.finish_with_code(store, pending=pending, code="000000", caller=caller())
    pending = asked(store, "ada@example.org").pending
    with pytest.raises(TooManyTries):
        pending_sign_ins.finish_with_code(store, pending=pending, code="000000", caller=caller())


def test_a_sign_in_waits_five_minutes_for_the_code(cast: Cast, act: Act, store: UnitOfWorkFactory) -> None:
    app, _ = turn_on(act, cast.ada)
    pending = asked(store, "ada@example.org").pending
    act.now += timedelta(minutes=5)
    with pytest.raises(pending_sign_ins.PendingEnded):
        pending_sign_ins.finish_with_code(store, pending=pending, code=app.at(act.now), caller=caller())


def test_a_password_alone_enrolls_no_factor_for_staff(cast: Cast, act: Act, store: UnitOfWorkFactory) -> None:  # S4
    with pytest.raises(second_factors.FactorLinkNeeded):
        act(cast.ada, second_factors.start_totp, service=NAME, is_required=True)
    assert act(cast.ben, second_factors.start_totp, service=NAME, is_required=True).secret

    for actor in (cast.ada, cast.ben):
        give_password(store, actor)
    token = act(cast.root, second_factors.reset_factors_of, member_id=cast.ada.id)
    by_ben = sign_in.sign_in(store, email="ben@example.org", password=PASSWORD, caller=caller(), link=token)
    assert isinstance(by_ben, sign_in.SignedIn)
    by_ada = sign_in.sign_in(store, email="ada@example.org", password=PASSWORD, caller=caller(), link=token)
    assert isinstance(by_ada, sign_in.SignedIn)
    assert [_may_enroll(store, one) for one in (by_ben, by_ada)] == [False, True]
    twice = sign_in.sign_in(store, email="ada@example.org", password=PASSWORD, caller=caller(), link=token)
    assert isinstance(twice, sign_in.SignedIn)
    assert not _may_enroll(store, twice)


def test_another_admins_reset_takes_the_factor_away(cast: Cast, act: Act) -> None:
    turn_on(act, cast.ada)
    assert act.read(cast.root, kinds_of, member_id=cast.ada.id) == ("totp", "recovery")
    act(cast.root, second_factors.reset_factors_of, member_id=cast.ada.id)
    assert act.read(cast.root, kinds_of, member_id=cast.ada.id) == ()


def test_a_code_is_right_one_step_early_and_late() -> None:
    secret = rules.new_totp_secret()
    app = pyotp.TOTP(secret)
    step = int(NOON.timestamp()) // 30
    found = [rules.matching_step(secret, app.generate_otp(step + shift), now=NOON) for shift in range(-2, 3)]
    assert found == [None, step - 1, step, step + 1, None]
    spaced = app.generate_otp(step)
    assert rules.matching_step(secret, f" {spaced[:3]} {spaced[3:]} ", now=NOON) == step
    assert rules.matching_step(secret, "１２３４５６", now=NOON) is None


def _may_enroll(store: UnitOfWorkFactory, signed_in: sign_in.SignedIn) -> bool:
    actor = session_auth.authenticate(store, signed_in.token)
    assert actor is not None
    return actor.may_enroll_factor
