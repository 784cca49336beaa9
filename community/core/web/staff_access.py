"""Staff endpoints: the permission each one needs, and the audit entry that each request to it leaves.

`community.staff_endpoints` declares them all; `core.web.middleware` asks here before and after each view. Reads are
recorded after the view, before the answer leaves: an answer whose entry cannot be written is not sent. Actions are
recorded in the transaction of the request's first unit of work. An entry holds ids, a count and a keyed hash of the
query string, never text or addresses.

A read that was recorded less than `REPEATS_WITHIN` ago (same member, action, subject and query) is not recorded again:
a page that polls costs one entry every ten minutes and not one every few seconds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Response

from community.core.audit_log import record, was_recorded
from community.core.crypto.cipher import keyed_digest
from community.core.permissions import Permission
from community.core.unit_of_work import Actor, UnitOfWork, UnitOfWorkFactory

REPEATS_WITHIN = timedelta(minutes=10)
Facts = dict[str, str | int]


@dataclass(frozen=True, kw_only=True)
class StaffEndpoint:
    """Permission and audit entry of one endpoint. Exactly one of four ways is declared.

    `reads` names the entry of a read. `does` names the entry of an action; `shows` that of the list which its page
    shows beside the outcome. `own` says that the action itself writes an entry, in more detail. `exempt` gives the
    reason why nothing is written. A `mixed` endpoint is for members, too (a host, a member of the room, a responder):
    its view decides who may use it, and it is audited for those whose role has the permission.
    """

    permission: Permission
    reads: str = ""
    does: str = ""
    shows: str = ""
    own: bool = False
    exempt: str = ""
    mixed: bool = False


@dataclass
class Audited:
    """Audit entry of one request to a staff endpoint, until it is written."""

    endpoint: StaffEndpoint
    ids: Mapping[str, Any]  # the view's arguments
    query: str  # keyed hash of the query string; empty without one
    facts: Facts = field(default_factory=dict)
    is_done: bool = False

    def act(self, uow: UnitOfWork) -> None:
        """Write the entry of an action into its transaction, once, unless the action wrote one itself."""
        if self.is_done or not self.endpoint.does:
            return
        self.is_done = True
        if not uow.is_audited:
            subject_id, member_id = self._about()
            record(uow, self.endpoint.does, subject_id=subject_id, member_id=member_id, **self.facts)

    def answered(self, store: UnitOfWorkFactory, actor: Actor, response: Response, *, is_refused: bool) -> None:
        """Write what is left to write once the view has answered. Refused requests leave nothing."""
        if is_refused:
            return
        if self.endpoint.reads:
            self._read(store, actor, self.endpoint.reads, response)
        elif self.endpoint.does and not self.is_done and response.status_code < 400:
            with store.unit_of_work(actor) as uow:
                self.act(uow)
        if self.endpoint.shows and not 300 <= response.status_code < 400:
            self._read(store, actor, self.endpoint.shows, response)

    def _read(self, store: UnitOfWorkFactory, actor: Actor, action: str, response: Response) -> None:
        subject_id, member_id = self._about()
        with store.read_context(actor) as ctx:
            if was_recorded(
                ctx.session,
                action,
                actor_id=actor.id,
                since=ctx.now - REPEATS_WITHIN,
                query=self.query,
                subject_id=subject_id,
                member_id=member_id,
            ):
                return
        with store.unit_of_work(actor) as uow:
            record(uow, action, subject_id=subject_id, member_id=member_id, **self._counted(response))

    def _counted(self, response: Response) -> Facts:
        facts = dict(self.facts)
        if response.is_json and "count" not in facts:
            answer = response.get_json()
            if isinstance(answer, dict) and isinstance(answer.get("items"), list):
                facts["count"] = len(answer["items"])
        if self.query:
            facts["query"] = self.query
        return facts

    def _about(self) -> tuple[UUID | None, UUID | None]:
        """Return the subject and the member of the entry: the last id of the address, and that of a member in it."""
        found = [value for value in self.ids.values() if isinstance(value, UUID)]
        return (found[-1] if found else None), self.ids.get("member_id")


def query_hash(secret: str, query: bytes) -> str:
    """Return 16 hex digits that are equal for equal query strings and cannot be guessed without the secret."""
    return keyed_digest(secret, "audit-query", query.decode("utf-8", "replace"))[:16] if query else ""
