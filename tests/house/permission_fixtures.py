"""Small community with one of everything, for requests to every endpoint."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import select

from community.buddies.models.pairings import Pairing, StandIn
from community.buddies.models.profiles import BuddyProfile
from community.buddies.models.runs import MatchRun
from community.buddies.models.suggestions import Suggestion
from community.buddies.rules import in_order
from community.check_ins.actions import check_ins
from community.console.actions import tasks as console_actions
from community.console.models import CoordinatorTask
from community.conversations import actions as conversations_actions
from community.conversations.models import Conversation
from community.core.crypto.cipher import FieldCipher, hash_password, new_token, token_hash
from community.core.ids import new_id
from community.core.outbox.store import OutboxEvent
from community.core.outbox.subscriptions import StaffTask
from community.core.unit_of_work import Actor, Role, UnitOfWorkFactory
from community.meetups.actions import create as meetups_actions
from community.meetups.models import Occurrence
from community.meetups.queries import calendars as meetups_queries
from community.members.actions import accounts, email_changes, identity, invitations, sanctions, staff_notes
from community.members.models import Cohort, Member, PasswordReset, Session
from community.members.models.email_changes import EmailChange
from community.members.models.passkeys import Passkey
from community.members.rules.accounts import reset_token, sanction_token
from community.members.rules.email_changes import confirm_token, stop_token
from community.milestones import actions
from community.notifications import actions as notifications_actions
from community.notifications.models import Delivery, Notification
from community.onboarding import actions as onboarding_actions
from community.planned_support import actions as planned_support_actions
from community.reach_outs.actions import reach_outs
from community.rooms.models import Message, Room, RoomMembership
from community.safety.actions import appeals
from community.safety.models import Case, Report
from community.shifts import actions as shifts_actions
from tests.factories import Cast, make_cast, make_member
from tests.house.permissions import PASSWORD


class World:
    """The people, their bearer tokens, and the objects by the names that addresses use."""

    def __init__(self, store: UnitOfWorkFactory, *, secret: str) -> None:
        self.now = store.clock()
        self.objects: dict[str, str] = {"emoji": "🌱", "token": "0" * 64, "filename": "mark.svg"}
        self.tokens: dict[str, str] = {}
        self._store = store
        self._secret = secret
        with store.unit_of_work(now=self.now) as uow:
            self.cast: Cast = make_cast(uow)
        self._password()
        self._sessions()
        self._rooms()
        self._conversation()
        self._meetup()
        self._buddies()
        self._reach_out()
        self._check_ins()
        self._shift()
        self._first_week()
        self._reports()
        self._measure()
        self._tasks()
        self._dead_letter()
        self._invitation()
        self._notification()
        self._reset()
        self._identity()
        with store.unit_of_work(self.cast.ben, now=self.now) as uow:
            accounts.block(uow, member_id=self.cast.dov.id)

    @property
    def people(self) -> dict[str, Actor]:
        """Who plays which role."""
        cast = self.cast
        return {"own": cast.ben, "other": cast.cleo, "blocked": cast.dov, "coordinator": cast.ada, "admin": cast.root}

    def _password(self) -> None:
        hashed = hash_password(PASSWORD)
        with self._store.unit_of_work() as uow:
            uow.session.get_one(Member, self.cast.ben.id).password_hash = hashed
        self.objects |= {
            "member_id": str(self.cast.ben.id),
            "root_id": str(self.cast.root.id),
            "ada_id": str(self.cast.ada.id),
        }

    def _sessions(self) -> None:
        with self._store.unit_of_work(now=self.now) as uow:
            for role, actor in self.people.items():
                self.tokens[role] = new_token()
                uow.session.add(self._session(actor, self.tokens[role]))
            other_device = self._session(self.cast.ben, new_token())
            uow.session.add(other_device)
            self.objects["session_id"] = str(other_device.id)
            passkey = self._passkey()
            uow.session.add(passkey)
            self.objects["passkey_id"] = str(passkey.id)

    def _session(self, actor: Actor, token: str) -> Session:
        return Session(
            id=new_id(),
            member_id=actor.id,
            token_hash=token_hash(token),
            label="Browser",
            created_at=self.now,
            last_used_at=self.now,
            idle_seconds=86_400,
            expires_at=self.now + timedelta(days=1),
            stepped_up_at=self.now,
        )

    def _passkey(self) -> Passkey:
        """Cleo has a passkey. Ben has none: he signs in with his password in this table."""
        return Passkey(
            id=new_id(),
            member_id=self.cast.cleo.id,
            credential_id=new_id().hex,
            public_key=b"",
            user_handle="",
            name="Browser",
            created_at=self.now,
        )

    def _rooms(self) -> None:
        everybody = list(self.people.values())
        self._room("room_id", "message_id", kind="private", members=[self.cast.ben], author=self.cast.ben)
        self._room("open_room_id", "open_message_id", kind="open", members=everybody, author=self.cast.ben)
        self._room("other_room_id", "message_of_ada_id", kind="open", members=everybody, author=self.cast.ada)

    def _room(self, room: str, message: str, *, kind: str, members: list[Actor], author: Actor) -> None:
        with self._store.unit_of_work(now=self.now) as uow:
            made = Room(id=new_id(), kind=kind, name="Evenings", created_at=self.now, head_seq=1, head_rev=1)
            uow.session.add(made)
            uow.session.flush()
            for member in members:
                uow.session.add(RoomMembership(room_id=made.id, member_id=member.id, joined_at=self.now))
            said = Message(
                id=new_id(),
                room_id=made.id,
                author_id=author.id,
                seq=1,
                rev=1,
                client_msg_id=message,
                body="The kettle is on.",
                request_hash="",
                created_at=self.now,
            )
            uow.session.add(said)
            self.objects |= {room: str(made.id), message: str(said.id)}

    def _conversation(self) -> None:
        """Root and Ada write with Ben, and neither has taken the conversation."""
        for staff in (self.cast.root, self.cast.ada):
            with self._store.unit_of_work(staff, now=self.now) as uow:
                room = conversations_actions.open_conversation(uow, member_id=self.cast.ben.id)
                uow.session.get_one(Conversation, room.room_id).owner_id = None
        self.objects["conversation_id"] = str(room.room_id)

    def _meetup(self) -> None:
        with self._store.unit_of_work(self.cast.ada, now=self.now) as uow:
            meetup = meetups_actions.post(
                uow,
                title="Thursday table",
                description="",
                starts_at_local=datetime(2099, 11, 26, 19, 0),
                time_zone="America/New_York",
                duration_minutes=90,
                place={"kind": "in_person", "address": "12 Elm Street"},
            )
            occurrence = uow.session.scalars(select(Occurrence)).one()
            self.objects |= {"meetup_id": str(meetup.id), "occurrence_id": str(occurrence.id)}
        with self._store.unit_of_work(self.cast.ben, now=self.now) as uow:
            self.objects["calendar_secret"] = meetups_queries.my_feed_token(uow, key=self._secret)

    def _buddies(self) -> None:
        """Ben is a mentor with a suggestion and a pairing, both with somebody who plays no role."""
        now, ben = self.now, self.cast.ben.id
        with self._store.unit_of_work(now=now) as uow:
            self.eve = make_member(uow, "Eve")
            eve = self.eve.id
            for member_id, role in ((ben, "mentor"), (eve, "seeking")):
                uow.session.add(
                    BuddyProfile(
                        member_id=member_id, role=role, capacity=3, max_active=3, waiting_since=now, changed_at=now
                    )
                )
            run = MatchRun(seed=1, state="done", created_at=now, lease_until=now, finished_at=now)
            uow.session.add(run)
            first, second = in_order(ben, eve)
            two = {"a_id": first, "b_id": second, "score": 1, "reasons": [], "created_at": now}
            answered = Suggestion(**two, state="matched", expires_at=now, settled_at=now)
            waiting = Suggestion(**two, expires_at=now + timedelta(days=3))
            uow.session.add_all([answered, waiting])
            uow.session.flush()
            ended = Suggestion(**two, state="matched", expires_at=now, settled_at=now)
            uow.session.add(ended)
            uow.session.flush()
            flagged = Pairing(
                suggestion_id=ended.id,
                a_id=first,
                b_id=second,
                room_id=UUID(self.objects["room_id"]),
                state="ended",
                started_at=now,
                ended_at=now,
                ended_by=eve,
                end_reason="safety",
            )
            uow.session.add(flagged)
            together = Pairing(
                suggestion_id=answered.id,
                a_id=first,
                b_id=second,
                room_id=UUID(self.objects["room_id"]),
                started_at=now,
            )
            uow.session.add(together)
            for profile in uow.session.scalars(select(BuddyProfile)):
                profile.active_count = 1
            uow.session.flush()
            day = StandIn(
                pairing_id=together.id,
                member_id=ben,
                state="wanted",
                created_at=now,
                ends_at=now + timedelta(days=1),
            )
            uow.session.add(day)
            uow.session.flush()
            self.objects |= {
                "run_id": str(run.id),
                "stand_in_id": str(day.id),
                "suggestion_id": str(waiting.id),
                "pairing_id": str(together.id),
                "flagged_id": str(flagged.id),
            }

    def _reach_out(self) -> None:
        """Ben needs a person now. His buddy cannot today and nobody is free, so that whoever coordinates is asked."""
        with self._store.unit_of_work(self.cast.ben, now=self.now) as uow:
            row, _ = reach_outs.request_help(uow, note=PASSWORD)
            self.objects["reach_out_id"] = str(row.id)

    def _check_ins(self) -> None:
        """Ben said how two days were: one is his alone, one was for the coordinators."""
        said = {"mood": 2, "note": PASSWORD}
        for name, audience in (("check_in_id", "only_me"), ("shared_check_in_id", "coordinator")):
            with self._store.unit_of_work(self.cast.ben, now=self.now) as uow:
                made = check_ins.record_check_in(uow, audience=audience, **said)
            self.objects[name] = str(made.id)
        with self._store.unit_of_work(self.cast.ben, now=self.now) as uow:
            wine = {"kind": "without", "title": PASSWORD, "since": None, "per_week": None}
            kept = actions.create_milestone(uow, **wine)
            hard = actions.record_lapse(uow, on=None, note=PASSWORD, milestone_id=None)
            hour = {"weekday": 4, "month_day": None, "begins": "17:00", "ends": "20:00"}
            planned = planned_support_actions.plan_support(uow, **hour, kinds=["breathe"], note=PASSWORD)
            self.objects |= {"milestone_id": str(kept.id), "lapse_id": str(hard.id), "hard_hour_id": str(planned.id)}

    def _first_week(self) -> None:
        """Ben is new here, and Cleo welcomes people: it is her turn."""
        with self._store.unit_of_work(self.cast.cleo, now=self.now) as uow:
            onboarding_actions.set_greeter_offer(uow, offers=True)
            onboarding_actions.start_onboarding(uow, member_id=self.cast.ben.id)

    def _shift(self) -> None:
        """Ada is on shift far ahead: what there is of a rota leaves nobody unattended today, but asks for one."""
        plan = {"day": date(2099, 11, 26), "starts": time(17), "ends": time(23), "time_zone": "America/New_York"}
        with self._store.unit_of_work(self.cast.ada, now=self.now) as uow:
            [row] = shifts_actions.plan_shifts(uow, **plan)
            self.objects["shift_id"] = str(row.id)

    def _reports(self) -> None:
        self._report("report_id", "open_message_id", "open_room_id", author=self.cast.ben)
        self._report("private_report_id", "message_id", "room_id", author=self.cast.ben)
        self._report("report_of_ada_id", "message_of_ada_id", "other_room_id", author=self.cast.ada)

    def _report(self, name: str, message: str, room: str, *, author: Actor) -> None:
        cipher = FieldCipher(self._secret)
        case = Case(
            id=new_id(),
            kind="message",
            subject_id=UUID(self.objects[message]),
            room_id=UUID(self.objects[room]),
            is_private=name == "private_report_id",
            member_id=author.id,
            category="other",
            opened_at=self.now,
            due_at=self.now + timedelta(hours=24),
        )
        made = Report(
            id=case.id,
            case_id=case.id,
            reporter_id=self.cast.dov.id,
            subject_id=case.subject_id,
            category="other",
            created_at=self.now,
        )
        cipher.encrypt_column(made, Report.reason, "Look at this.")
        cipher.encrypt_column(made, Report.snapshot, '{"room": "", "messages": []}')
        with self._store.unit_of_work(now=self.now) as uow:
            uow.session.add(case)
            uow.session.flush()
            uow.session.add(made)
        self.objects[name] = str(made.id)

    def _measure(self) -> None:
        """Ben may not write for a week, and disagrees."""
        with self._store.unit_of_work(self.cast.ada, now=self.now) as uow:
            made = sanctions.impose(
                uow,
                member_id=self.cast.ben.id,
                kind="mute",
                reason="Threats in a room.",
                room_id=UUID(self.objects["other_room_id"]),
                until=self.now + timedelta(days=7),
            )
            open_one = sanctions.impose(uow, member_id=self.cast.ben.id, kind="warning", reason="Threats in a room.")
            fern = make_member(uow, "Fern")
            suspension = sanctions.impose(uow, member_id=fern.id, kind="suspension", reason="Threats in a room.")
        with self._store.unit_of_work(self.cast.ben, now=self.now) as uow:
            appeal = appeals.appeal(uow, sanction_id=made.id, statement="I disagree.")
        self.objects |= {
            "sanction_id": str(open_one.id),
            "appeal_id": str(appeal.id),
            "suspension_id": str(suspension.id),
            "measure_token": sanction_token(self._secret, suspension.id),
        }

    def _tasks(self) -> None:
        self._task("task_id", "report_id", hidden_from=[])
        self._task("task_to_end_id", "report_id", hidden_from=[], kind="email.bounced")
        self._task("task_to_undo_id", "report_id", hidden_from=[], kind="email.retry_requested")
        self._task("task_of_ada_id", "report_of_ada_id", hidden_from=[self.cast.ada.id], kind="email.bounced")
        with self._store.unit_of_work(now=self.now) as uow:
            done = uow.session.get_one(CoordinatorTask, UUID(self.objects["task_to_undo_id"]))
            done.done_at, done.done_by = self.now, self.cast.ada.id

    def _task(self, name: str, subject: str, *, hidden_from: list[UUID], kind: str = "message.reported") -> None:
        about = UUID(self.objects[subject])
        told = StaffTask(title="A report is waiting", url="/console/reports", subject=about, hidden_from=hidden_from)
        with self._store.unit_of_work(now=self.now) as uow:
            console_actions.update_tasks(uow, event_type=kind, changes=[told])
            query = select(CoordinatorTask).where(CoordinatorTask.subject == about, CoordinatorTask.kind == kind)
            task = uow.session.scalars(query).one()
            self.objects[name] = str(task.id)

    def _dead_letter(self) -> None:
        dead = {"state": "dead", "attempts": 5, "last_error": "LookupError", "finished_at": self.now}
        times = {"created_at": self.now, "due_at": self.now}
        row = OutboxEvent(id=new_id(), type="member.joined", subject="1", payload={}, **dead, **times)
        with self._store.unit_of_work(now=self.now) as uow:
            uow.session.add(row)
        self.objects["event_id"] = str(row.id)

    def _invitation(self) -> None:
        with self._store.unit_of_work(self.cast.ada, now=self.now) as uow:
            made = invitations.invite(uow, email="wren@example.org", role=Role.ALUMNUS, secret=self._secret)
            for_admin = invitations.create_or_renew_invitation(
                uow,
                email="heron@example.org",
                role=Role.ADMIN,
                secret=self._secret,
                cohort_id=None,
                invited_by=self.cast.root.id,
            )
            cohort = Cohort(name="October", created_at=self.now)
            uow.session.add(cohort)
        self.objects["cohort_id"] = str(cohort.id)
        self.objects |= {"invitation_id": str(made.invitation.id), "invitation_token": made.token}
        self.objects["admin_invitation_id"] = str(for_admin.invitation.id)

    def _notification(self) -> None:
        told = Notification(
            id=new_id(),
            member_id=self.cast.ben.id,
            kind="member.joined",
            title="Somebody has joined",
            url="/rooms",
            event_id=new_id(),
            created_at=self.now,
            shown_at=self.now,
        )
        with self._store.unit_of_work(now=self.now) as uow:
            uow.session.add(told)
        self.objects["notification_id"] = str(told.id)
        ben = replace(self.cast.ben, session_id=UUID(self.objects["session_id"]))
        with self._store.unit_of_work(ben, now=self.now) as uow:
            device = notifications_actions.register_device(
                uow,
                endpoint="https://fcm.googleapis.com/fcm/send/of-ben",
                keys={"p256dh": "", "auth": ""},
                secret=self._secret,
                services=["fcm.googleapis.com"],
            )
        self.objects["device_id"] = str(device.id)
        lost = Delivery(
            id=new_id(),
            event_id=new_id(),
            kind="buddy.matched",
            recipient=self.cast.ben.id,
            medium="email",
            path="/rooms",
            state="dead",
            created_at=self.now,
            due_at=self.now,
            finished_at=self.now,
        )
        with self._store.unit_of_work(now=self.now) as uow:
            uow.session.add(lost)
        self.objects["delivery_id"] = str(lost.id)

    def _identity(self) -> None:
        """Ben gave his legal name, and Ada keeps a note on him."""
        with self._store.unit_of_work(self.cast.ben, now=self.now) as uow:
            identity.save_my_identity(uow, legal_name="Benjamin Alder", town="Boulder")
        with self._store.unit_of_work(self.cast.ada, now=self.now) as uow:
            note = staff_notes.write_note(uow, member_id=self.cast.ben.id, body="Call first.", handover="pinned")
        self.objects["note_id"] = str(note)
        with self._store.unit_of_work(self.cast.ben, now=self.now) as uow:
            email_changes.request_change(uow, email="benjamin@example.org", secret=self._secret)
            change = uow.session.scalars(select(EmailChange)).one()
            self.objects |= {
                "confirm_token": confirm_token(self._secret, change.id),
                "stop_token": stop_token(self._secret, change.id),
            }

    def _reset(self) -> None:
        reset = PasswordReset(
            id=new_id(),
            member_id=self.cast.ben.id,
            created_at=self.now,
            expires_at=self.now + timedelta(hours=1),
        )
        token = reset_token(self._secret, reset.id)
        reset.token_hash = token_hash(token)
        with self._store.unit_of_work(now=self.now) as uow:
            uow.session.add(reset)
        self.objects["reset_token"] = token
