"""Random people do random things in rooms; after every step the service and a plain model of it say the same.

The model knows nothing of markers counted from the end, of tombstones or of the index: it keeps every message, and says
from scratch what each person sees, in which order, and how much of it is new to them.
"""

import shutil
import tempfile
import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from community.core.errors import AppError
from community.core.migrations import migrate
from community.core.pubsub import PubSub
from community.core.unit_of_work import Actor, UnitOfWorkFactory
from community.members.actions import accounts
from community.rooms.actions import create, membership, membership_settings, messages, pins, reactions
from community.rooms.engine import search_index
from community.rooms.engine.message_batch import Posted, PostRequest, write_batch
from community.rooms.queries import history, read_markers, recipients, search
from community.rooms.queries import pins as pins_queries
from community.rooms.views import MessageView
from tests.conftest import NOON
from tests.factories import make_cast
from tests.support.clock import ManualClock
from tests.support.no_fsync import no_fsync_database

PEOPLE = 4
SIGNS = ("🌿", "☕")
people = st.integers(0, PEOPLE - 1)
rooms = st.integers(0, 1)
places = st.integers(1, 12)
words = st.sampled_from(["oranges", "the kettle", "soup @Ben", "a walk @Cleo and @Dov"])


@dataclass
class Said:
    """A message as the model knows it."""

    id: uuid.UUID
    author: int
    body: str
    removed: bool = False
    pinned: bool = False
    signs: list[tuple[str, int]] = field(default_factory=list)


@dataclass
class Place:
    """Somebody in a room: how far they read, and whether it is quiet."""

    read: int
    quiet: bool = False


class Rooms(RuleBasedStateMachine):
    """Four people and two rooms."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="afterward-model-"))
        shutil.copy(template(), self.folder / "community.sqlite3")
        self.database = no_fsync_database(f"sqlite:///{self.folder / 'community.sqlite3'}")
        self.store = UnitOfWorkFactory(self.database, PubSub(None), clock=ManualClock())
        self.now = NOON
        self.turn = 0
        with self.store.unit_of_work(now=self.now) as uow:
            cast = make_cast(uow)
        self.people: list[Actor] = [cast.ada, cast.ben, cast.cleo, cast.dov]
        self.rooms = [self.act(0, create.create_room, kind="open", name=name).id for name in ("One", "Two")]
        self.log: list[list[Said]] = [[], []]
        self.inside: list[dict[int, Place]] = [{0: Place(0)}, {0: Place(0)}]
        self.apart: set[tuple[int, int]] = set()

    def teardown(self) -> None:
        for who in range(PEOPLE):
            for number in range(len(self.rooms)):
                self.check(who, number)
        self.database.dispose()
        shutil.rmtree(self.folder)

    def act(self, who: int, action: Any, **arguments: Any) -> Any:
        """One action by somebody; a refusal is answered by its code."""
        try:
            with self.store.unit_of_work(self.people[who], now=self.now) as uow:
                return action(uow, **arguments)
        except AppError as refusal:
            return refusal.code

    def sees(self, who: int, said: Said) -> bool:
        """Whether the words are there for somebody who is in the room."""
        return not said.removed and said.author not in self.hidden_from(who)

    def hidden_from(self, who: int) -> set[int]:
        """Whom somebody must not meet."""
        return {other for pair in self.apart if who in pair for other in pair if other != who}

    def at(self, room: int, place: int) -> Said | None:
        """A message by its place."""
        return self.log[room][place - 1] if place <= len(self.log[room]) else None

    @rule(who=people, room=rooms)
    def join(self, who: int, room: int) -> None:
        assert self.act(who, membership.join, room_id=self.rooms[room]) is None
        self.inside[room].setdefault(who, Place(len(self.log[room])))

    @rule(who=people, room=rooms)
    def leave(self, who: int, room: int) -> None:
        self.act(who, membership.leave, room_id=self.rooms[room])
        self.inside[room].pop(who, None)

    @rule(who=people, room=rooms, body=words, answers=places)
    def send(self, who: int, room: int, body: str, answers: int) -> None:
        answered = self.at(room, answers)
        post = PostRequest(
            self.people[who], self.rooms[room], str(uuid.uuid4()), body, answered.id if answered else None
        )
        with self.store.unit_of_work(now=self.now) as uow:
            write_batch(uow, [post])
            uow.session.flush()
            seq = post.answer.message.seq if isinstance(post.answer, Posted) else 0
            search_index.index_range(uow, room_id=self.rooms[room], first_seq=seq, last_seq=seq)
        if who not in self.inside[room] or (answered and not self.sees(who, answered)):
            assert isinstance(post.answer, AppError)
            return
        assert isinstance(post.answer, Posted)
        self.log[room].append(Said(post.answer.message.id, who, body))
        assert post.answer.message.seq == len(self.log[room])
        self.check_who_hears(room, answered)

    @rule(who=people, room=rooms, place=places, body=words)
    def edit(self, who: int, room: int, place: int, body: str) -> None:
        said = self.at(room, place)
        if said is None:
            return
        done = self.act(who, messages.edit_message, message_id=said.id, body=body)
        if who in self.inside[room] and said.author == who and not said.removed:
            said.body = body
        else:
            assert done == "not_found"

    @rule(who=people, room=rooms, place=places)
    def remove(self, who: int, room: int, place: int) -> None:
        said = self.at(room, place)
        if said is None:
            return
        done = self.act(who, messages.remove_message, message_id=said.id)
        if who == 0 or (who in self.inside[room] and said.author == who):
            assert done is None
            said.removed, said.pinned, said.signs = True, False, []
        else:
            assert done == "not_found"

    @rule(who=people, room=rooms, place=places, sign=st.sampled_from(SIGNS), puts=st.booleans())
    def react(self, who: int, room: int, place: int, sign: str, puts: bool) -> None:
        said = self.at(room, place)
        if said is None:
            return
        done = self.act(who, reactions.react if puts else reactions.take_back_reaction, message_id=said.id, emoji=sign)
        if who not in self.inside[room] or not self.sees(who, said):
            assert done == "not_found"
        elif puts and (sign, who) not in said.signs:
            said.signs.append((sign, who))
        elif not puts and (sign, who) in said.signs:
            said.signs.remove((sign, who))

    @rule(who=people, room=rooms, place=places, puts=st.booleans())
    def pin(self, who: int, room: int, place: int, puts: bool) -> None:
        said = self.at(room, place)
        if said is None:
            return
        done = self.act(who, pins.pin if puts else pins.unpin, message_id=said.id)
        if who not in self.inside[room] or not self.sees(who, said):
            assert done == "not_found"
        elif who != 0:
            assert done == "forbidden"
        else:
            said.pinned = puts

    @rule(who=people, room=rooms, place=st.integers(0, 20), back=st.booleans())
    def read(self, who: int, room: int, place: int, back: bool) -> None:
        if back:
            done = self.act(who, membership_settings.mark_unread, room_id=self.rooms[room], seq=place)
        else:
            done = self.act(who, membership_settings.mark_read, room_id=self.rooms[room], seq=place)
        mine = self.inside[room].get(who)
        if mine is None:
            assert done == "not_found"
        elif back:
            mine.read = min(mine.read, max(place - 1, 0))
        else:
            mine.read = max(mine.read, min(place, len(self.log[room])))

    @rule(who=people, room=rooms, hours=st.integers(1, 3))
    def mute(self, who: int, room: int, hours: int) -> None:
        self.act(who, membership_settings.mute, room_id=self.rooms[room], until=self.now + timedelta(hours=hours))
        if who in self.inside[room]:
            self.inside[room][who].quiet = True

    @rule()
    def the_quiet_ends(self) -> None:
        self.now += timedelta(hours=3)
        for room in self.inside:
            for place in room.values():
                place.quiet = False

    @rule(one=st.integers(1, PEOPLE - 1), other=st.integers(1, PEOPLE - 1), ends=st.booleans())
    def block(self, one: int, other: int, ends: bool) -> None:
        if one == other:
            return
        act = accounts.unblock if ends else accounts.block
        self.act(one, act, member_id=self.people[other].id)
        (self.apart.discard if ends else self.apart.add)((one, other))

    def check_who_hears(self, room: int, answered: Said | None) -> None:
        """Who is told of the newest message."""
        seq = len(self.log[room])
        said = self.log[room][-1]
        with self.store.read_context(now=self.now) as ctx:
            heard = recipients.notification_recipients(ctx, self.rooms[room], first_seq=seq, last_seq=seq)
        named = {number for number, one in enumerate(self.people) if f"@{one.handle}" in said.body}
        wanted = named | ({answered.author} if answered else set())
        awake = {who for who, place in self.inside[room].items() if not place.quiet}
        told = (wanted & awake) - {said.author} - self.hidden_from(said.author)
        assert {one.member_id for one in heard} == {self.people[who].id for who in told}

    @invariant()
    def somebody_sees_and_counts_what_the_model_says(self) -> None:
        """After every step two of eight pairs of person and room, in turn; at the end all."""
        for _ in range(2):
            self.turn += 3
            self.check(self.turn % PEOPLE, self.turn // PEOPLE % 2)

    def check(self, who: int, number: int) -> None:
        """What somebody sees of a room now."""
        room_id = self.rooms[number]
        with self.store.read_context(self.people[who], now=self.now) as ctx:
            if who not in self.inside[number]:
                with pytest.raises(AppError):
                    history.history(ctx, room_id=room_id)
                return
            views, head, _ = history.history(ctx, room_id=room_id, limit=200)
            marker = read_markers.marker(ctx, room_id)
            pinned = {view.id for view in pins_queries.pinned_messages(ctx, room_id)}
            found = {
                one.message.id
                for one in search.search_messages(ctx, query_text="oranges", room_id=room_id, limit=50).items
            }
        self.check_views(who, number, views)
        said = self.log[number]
        mine = self.inside[number][who]
        new = [one for one in said[mine.read :] if one.author != who and self.sees(who, one)]
        assert (head, marker.last_read_seq, marker.unread) == (len(said), mine.read, len(new))
        seen = [one for one in said if self.sees(who, one)]
        assert pinned == {one.id for one in seen if one.pinned}
        assert found == {one.id for one in seen if one.body == "oranges"}

    def check_views(self, who: int, number: int, views: list[MessageView]) -> None:
        """Every message in its place, as this person may see it."""
        assert [view.seq for view in views] == list(range(1, len(self.log[number]) + 1))
        hidden = self.hidden_from(who)
        for view, said in zip(views, self.log[number], strict=True):
            if not self.sees(who, said):
                assert (view.author, view.body, view.removed, view.reactions) == (None, None, True, ())
                continue
            assert (view.body, view.pinned) == (said.body, said.pinned)
            shown = {(sign.emoji, one) for sign in view.reactions for one in sign.member_ids}
            assert shown == {(sign, self.people[one].id) for sign, one in said.signs if one not in hidden}


_template: list[Path] = []


def template() -> Path:
    """A migrated SQLite file to copy from, made once."""
    if not _template:
        folder = Path(tempfile.mkdtemp(prefix="afterward-model-template-"))
        migrate(f"sqlite:///{folder / 'template.sqlite3'}")
        _template.append(folder / "template.sqlite3")
    return _template[0]


def run(examples: int, steps: int) -> None:
    """So many communities, each for so many steps."""
    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Rooms, settings=chosen)


def test_five_hundred_random_steps_agree_with_the_model() -> None:  # R8 R9 R13
    run(10, 50)


@pytest.mark.prove
@pytest.mark.timeout(1800)
def test_ten_thousand_random_steps_agree_with_the_model() -> None:  # R9
    run(100, 100)
