"""Group commit of messages: posts that arrive while one commit runs are committed together by the next.

There is no timer (`core/batching.py`): at low load a message costs exactly one commit; under load one commit carries
many. `submit` does not wait: a socket's post is answered through its `done`, so it costs no greenlet. `post` waits, for
HTTP.

Mentions are resolved before the transaction, in one query for the batch, and none when no post has an `@`.

One transaction: the rooms are locked, the status of every author is read in one query, and each post is decided by
itself. **A new reason to refuse a post (slow mode, mute, ban) goes into `post_checks.py`.** A new message takes the
room's next `seq` and `rev`; a repeat takes none, so there are no holes. Then one insert of many rows, one outbox row
per room, and the commit.

After it, in this order: authors are answered, sockets get the new messages from memory (`on_commit`), and another
batcher publishes on Redis, so that no request waits for it. A batch that the database refuses as a whole is tried again
post by post: one cannot spoil another's.
"""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from uuid import UUID

from sqlalchemy.exc import DataError, IntegrityError

from community.core.batching import Batcher
from community.core.errors import AppError
from community.core.metrics import MESSAGES
from community.core.unit_of_work import Actor, UnitOfWork, UnitOfWorkFactory
from community.core.web.error_responses import error_for
from community.rooms.engine.mentions import NO_MENTIONS
from community.rooms.engine.message_batch import CommittedMessages, Posted, PostRequest, resolve_mentions, write_batch
from community.rooms.engine.message_rate import Limit

MAX_BATCH = 200
MAX_TRIES = 3


class MessageWriter:
    """Writer of all posts into the rooms of a store. `on_commit` is called with what each commit added.

    `limit` is the message rate of each member over all processes. None lifts it.
    """

    def __init__(self, store: UnitOfWorkFactory, *, limit: Limit | None = None) -> None:
        self._store = store
        self._limit = limit
        self._posts = Batcher(self._commit_or_refuse, most=MAX_BATCH)
        self._messages = Batcher(self._publish)
        self.on_commit: Callable[[Sequence[CommittedMessages]], None] = lambda committed: None

    def post(
        self, actor: Actor, *, room_id: UUID, client_msg_id: str, body: str, reply_to: UUID | None = None
    ) -> Posted:
        """Post a message and return once it is committed.

        Raises NotFound for a room or reply target that the actor may not see, IdempotencyConflict, RoomClosed, Muted,
        RateLimited.
        """
        answered = threading.Event()
        post = PostRequest(actor, room_id, client_msg_id, body, reply_to, done=lambda post: answered.set())
        self.submit(post)
        answered.wait()
        if isinstance(post.answer, AppError):
            raise post.answer
        assert post.answer is not None
        return post.answer

    def submit(self, post: PostRequest) -> None:
        """Post a message without waiting for the answer."""
        self._posts.add(post)

    def _commit_or_refuse(self, batch: Sequence[PostRequest]) -> None:
        try:
            self._commit(batch)
        except Exception as error:  # every post must be answered, whatever went wrong
            self._refuse(batch, error_for(error))

    def _commit(self, batch: Sequence[PostRequest]) -> None:
        self._resolve_names(batch)
        for attempt in range(1, MAX_TRIES + 1):
            try:
                with self._store.database.write_session() as session:
                    uow = UnitOfWork(session, None, self._store.clock())
                    committed = write_batch(uow, batch, limit=self._limit)
                    uow.commit()
            except IntegrityError:  # the same id at the same moment in another process: now it can be seen
                if attempt == MAX_TRIES:
                    raise
                continue
            except DataError:  # one of them is more than the database takes
                if len(batch) == 1:
                    raise
                self._one_by_one(batch)
                return
            self._answer(batch)
            self.on_commit(committed)
            self._messages.add(uow)
            return

    def _resolve_names(self, batch: Sequence[PostRequest]) -> None:
        if not any(post.wanted.keys for post in batch):
            for post in batch:
                post.named = NO_MENTIONS
            return
        with self._store.database.read_session() as session:
            resolve_mentions(session, batch)

    def _one_by_one(self, batch: Sequence[PostRequest]) -> None:
        for post in batch:
            try:
                self._commit([post])
            except Exception as error:  # this one's own failure
                self._refuse([post], error_for(error))

    def _answer(self, batch: Sequence[PostRequest]) -> None:
        for post in batch:
            post.done(post)
        for result, count in Counter(_result(post.answer) for post in batch).items():
            MESSAGES.labels(result).inc(count)

    def _refuse(self, batch: Sequence[PostRequest], refusal: AppError) -> None:
        for post in batch:
            post.answer = post.answer if isinstance(post.answer, AppError) else refusal
        self._answer(batch)

    def _publish(self, units: Sequence[UnitOfWork]) -> None:
        for uow in units:
            uow.publish_all(self._store.pubsub)


def _result(answer: Posted | AppError | None) -> str:
    if isinstance(answer, Posted):
        return "repeated" if answer.duplicate else "posted"
    return "refused"
