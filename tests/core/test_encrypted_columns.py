"""Keys that turn while people write: nothing is lost, and afterwards the old key may go."""

import json
import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeVar
from uuid import UUID

import pytest
from click.testing import CliRunner

from community.buddies.actions.profiles import save_profile
from community.buddies.models.profiles import BuddyProfile
from community.buddies.queries.profiles import my_profile
from community.cli import main
from community.core.crypto.cipher import FieldCipher
from community.core.crypto.encrypted_columns import encrypted_columns
from community.core.crypto.key_rotation import key_usage, reencrypt
from community.core.unit_of_work import Actor, ReadContext, UnitOfWork, UnitOfWorkFactory
from community.features import load_models
from community.members.models import Sanction
from tests.conftest import NOON, Act
from tests.factories import Cast, make_member

OLD = "the first secret and as long as it has to be 0123456789"
NEW = "a later key and as long as it has to be 0123456789"
WRITES = 12
T = TypeVar("T")
EVENINGS = [{"weekday": day, "from": "18:00", "to": "21:00"} for day in range(5)]


def say(act: Act, actor: Actor, words: str, cipher: FieldCipher) -> None:
    """Somebody says something about themselves."""
    changes = {"role": "peer", "capacity": 1, "languages": ["English"], "availability": EVENINGS, "about": words}
    act(actor, keyed(cipher, save_profile), changes=changes)


def keyed(cipher: FieldCipher, work: Callable[..., T]) -> Callable[..., T]:
    """Return an action or query that works with this cipher, as in a process with other keys."""

    def run(ctx: ReadContext, **arguments: Any) -> T:
        ctx.cipher = cipher
        return work(ctx, **arguments)

    return run


def test_keys_turn_while_people_write_and_the_old_one_may_go(cast: Cast, act: Act, store: UnitOfWorkFactory) -> None:
    old, both, new = FieldCipher(OLD), FieldCipher(NEW, OLD), FieldCipher(NEW)
    people = [*(one for one in (cast.ben, cast.cleo, cast.dov)), *crowd(act, 120)]
    for one in people:
        say(act, one, f"{one.handle} at first", old)
    reason_of(act, cast, old)
    with store.read_context() as ctx:
        assert key_usage(ctx.session, both).older == 2 * len(people) + 1  # each wrote about themselves and answered

    def write(actor: Actor, cipher: FieldCipher) -> None:
        """One process that seals under the new key already, and one that still seals under the old one."""
        for number in range(WRITES):
            say(act, actor, f"{actor.handle} {number}", cipher)

    threads = [
        threading.Thread(target=write, args=pair) for pair in ((cast.ben, both), (cast.cleo, FieldCipher(OLD, NEW)))
    ]
    for thread in threads:
        thread.start()
    first = reencrypt(store, both)
    for thread in threads:
        thread.join()
    reencrypt(store, both)  # for what the old process wrote last

    assert first.reencrypted >= len(people) - len(threads)
    with store.read_context() as ctx:
        seen = key_usage(ctx.session, new)
    assert (seen.total, seen.older, seen.lost) == (2 * len(people) + 1, 0, 0)
    last = f"{WRITES - 1}"
    for one in people:
        words = act.read(one, keyed(new, my_profile)).about
        assert words == f"{one.handle} {last if one in (cast.ben, cast.cleo) else 'at first'}"
    assert reencrypt(store, both).reencrypted == 0


def test_a_value_that_ben_changes_meanwhile_stays_his(cast: Cast, act: Act, store: UnitOfWorkFactory) -> None:
    class Slow(FieldCipher):
        """Somebody writes between the look and the change."""

        def decrypt(self, ciphertext: str, *, associated_data: str) -> str:
            found = super().decrypt(ciphertext, associated_data=associated_data)
            if found == "before":
                say(act, cast.ben, "meanwhile", FieldCipher(NEW, OLD))
            return found

    say(act, cast.ben, "before", FieldCipher(OLD))
    reencrypt(store, Slow(NEW, OLD))

    assert act.read(cast.ben, keyed(FieldCipher(NEW), my_profile)).about == "meanwhile"


def test_the_command_reencrypts_and_lists_what_does_not_decrypt(
    cast: Cast, act: Act, store: UnitOfWorkFactory, tmp_path: Path
) -> None:
    nameless = (
        FieldCipher(OLD).encrypt("from long ago", associated_data=f"buddy_profiles:{cast.ben.id}:about").split(".")[2]
    )
    say(act, cast.ben, "x", FieldCipher(OLD))
    say(act, cast.cleo, "lost", FieldCipher("nobody has this one any more 0123456789 0123456789"))
    with store.unit_of_work() as uow:
        uow.session.get_one(BuddyProfile, cast.ben.id).about = f"v1.{nameless}"
    env = {
        "DATABASE_URL": store.database.url.render_as_string(hide_password=False),
        "SECRET_KEY": OLD,
        "FIELD_KEYS": NEW,
    }

    done = CliRunner().invoke(main, ["reencrypt"], env={**env, "COMMUNITY_DATA_DIR": str(tmp_path)})

    assert done.exit_code == 1
    assert "2 values re-encrypted" in done.output
    assert "1 in buddy_profiles.about can't be decrypted" in done.output
    assert act.read(cast.ben, keyed(FieldCipher(NEW), my_profile)).about == "from long ago"


def test_a_sealed_column_takes_no_plain_words(cast: Cast, act: Act, store: UnitOfWorkFactory) -> None:
    assert {"buddy_profiles.about", "pairings.a_phone", "reports.reason"} <= {str(one) for one in encrypted_columns()}
    say(act, cast.ben, "x", FieldCipher(OLD))
    with pytest.raises(Exception, match="encrypted first"), store.unit_of_work() as uow:
        uow.session.get_one(BuddyProfile, cast.ben.id).about = "plain"


def crowd(act: Act, count: int) -> list[Actor]:
    """More people than are sealed again at once."""
    return act(None, lambda uow: [make_member(uow, f"Person {number}") for number in range(count)])


def reason_of(act: Act, cast: Cast, cipher: FieldCipher) -> UUID:
    """A measure with a sealed reason."""

    def impose(uow: UnitOfWork) -> UUID:
        made = Sanction(
            member_id=cast.dov.id, kind="warning", imposed_by=cast.ada.id, starts_at=NOON, reason="", ends_at=NOON
        )
        uow.session.add(made)
        uow.session.flush()
        cipher.encrypt_column(made, Sanction.reason, "Threats.")
        return made.id

    return act(None, impose)


# "Tea." in each column that is encrypted, bound to rows whose keys are 1, 2 …
WRITTEN_BEFORE = Path(__file__).with_name("encrypted_columns.json")


def test_values_encrypted_before_still_decrypt() -> None:
    """What a column declares is bound into every stored value: a changed declaration would lock them all away."""
    load_models()
    before = json.loads(WRITTEN_BEFORE.read_text())
    cipher, seen = FieldCipher("golden secret, as long as it has to be 0123456789"), set()
    for one in encrypted_columns():
        row = SimpleNamespace(**{name: UUID(int=place) for place, name in enumerate(one.type.key_names, start=1)})
        bound_to = one.type.associated_data(row)
        assert cipher.decrypt(before[bound_to], associated_data=bound_to) == "Tea."
        seen.add(bound_to)
    assert seen == set(before)


def test_a_row_without_its_key_is_not_written() -> None:
    with pytest.raises(ValueError, match="needs its key"):
        FieldCipher(NEW).encrypt_column(Sanction(), Sanction.reason, "Threats.")
