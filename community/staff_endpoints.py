"""Endpoints for which a role needs a permission, and the audit entry that each request to one leaves.

Keys are the method and the rule as Flask writes it. A test calls every endpoint of the URL map as every role: an
endpoint that answers coordinators or admins but refuses members must have a line here.
"""

from collections.abc import Mapping

from community.core.permissions import Permission
from community.core.web.staff_access import StaffEndpoint
from community.people_endpoints import CONVERSATIONS, PEOPLE

V1 = "/api/v1"
OWN_ROTA = "The coordinators' own rota: it holds nothing of members."
NO_PERSON = "Counts of at least several members, without a name."
NOTHING_OF_MEMBERS = "Nothing of a member is in it."


def _reads(permission: Permission, action: str, *, mixed: bool = False) -> StaffEndpoint:
    return StaffEndpoint(permission=permission, reads=action, mixed=mixed)


def _does(permission: Permission, action: str, *, shows: str = "", mixed: bool = False) -> StaffEndpoint:
    return StaffEndpoint(permission=permission, does=action, shows=shows, mixed=mixed)


def _own(permission: Permission, *, mixed: bool = False) -> StaffEndpoint:
    return StaffEndpoint(permission=permission, own=True, mixed=mixed)


def _exempt(permission: Permission, reason: str, *, mixed: bool = False) -> StaffEndpoint:
    return StaffEndpoint(permission=permission, exempt=reason, mixed=mixed)


P = Permission
HOST = P.RUN_MEETUPS

MEMBERS = {
    f"GET {V1}/members": _reads(P.SEE_MEMBERS, "members.read"),
    f"GET {V1}/members/<uuid:member_id>": _own(P.SEE_MEMBERS),
    f"PATCH {V1}/members/<uuid:member_id>": _own(P.MANAGE_MEMBERS),
    "GET /console/members": _reads(P.SEE_MEMBERS, "members.read"),
    "GET /console/members/<uuid:member_id>": _own(P.SEE_MEMBERS),
    f"POST {V1}/members/<uuid:member_id>/suspension": _own(P.MANAGE_MEMBERS),
    f"DELETE {V1}/members/<uuid:member_id>/suspension": _own(P.MANAGE_MEMBERS),
    f"PUT {V1}/members/<uuid:member_id>/deactivation": _own(P.MANAGE_MEMBERS),
    f"DELETE {V1}/members/<uuid:member_id>/deactivation": _own(P.MANAGE_MEMBERS),
    f"POST {V1}/members/<uuid:member_id>/factor-resets": _own(P.MANAGE_STAFF),
    "POST /console/members/<uuid:member_id>/factor-resets": _own(P.MANAGE_STAFF),
    f"GET {V1}/members/<uuid:member_id>/no-contacts": _reads(P.MANAGE_MEMBERS, "contacts.read"),
    f"PUT {V1}/members/<uuid:member_id>/no-contacts/<uuid:other_id>": _own(P.MANAGE_MEMBERS),
    f"DELETE {V1}/members/<uuid:member_id>/no-contacts/<uuid:other_id>": _own(P.MANAGE_MEMBERS),
    "POST /console/members/<uuid:member_id>/role": _own(P.MANAGE_STAFF),
    "POST /console/members/<uuid:member_id>/cohort": _own(P.MANAGE_MEMBERS),
    "POST /console/members/<uuid:member_id>/suspension": _own(P.MANAGE_MEMBERS),
    "POST /console/members/<uuid:member_id>/suspension/end": _own(P.MANAGE_MEMBERS),
    "POST /console/members/<uuid:member_id>/deactivation": _own(P.MANAGE_MEMBERS),
    "POST /console/members/<uuid:member_id>/deactivation/end": _own(P.MANAGE_MEMBERS),
    "POST /console/members/<uuid:member_id>/no-contacts": _own(P.MANAGE_MEMBERS),
    "POST /console/members/<uuid:member_id>/no-contacts/<uuid:other_id>/end": _own(P.MANAGE_MEMBERS),
}

INVITATIONS = {
    f"GET {V1}/invitations": _reads(P.INVITE_MEMBERS, "invitations.read"),
    f"POST {V1}/invitations": _own(P.INVITE_MEMBERS),
    f"POST {V1}/invitations/<uuid:invitation_id>/resend": _own(P.INVITE_MEMBERS),
    f"DELETE {V1}/invitations/<uuid:invitation_id>": _own(P.INVITE_MEMBERS),
    f"GET {V1}/cohorts": _reads(P.INVITE_MEMBERS, "cohorts.read"),
    f"POST {V1}/cohorts": _does(P.INVITE_MEMBERS, "cohort.made"),
    "GET /console/invitations": _reads(P.INVITE_MEMBERS, "invitations.read"),
    "POST /console/invitations": _does(P.INVITE_MEMBERS, "invitation.made", shows="invitations.read"),
    "POST /console/invitations/<uuid:invitation_id>/resend": _does(
        P.INVITE_MEMBERS, "invitation.resent", shows="invitations.read"
    ),
    "POST /console/invitations/<uuid:invitation_id>/revocation": _own(P.INVITE_MEMBERS),
    "GET /console/invitations.csv": _reads(P.INVITE_MEMBERS, "invitations.exported"),
    "GET /console/invitations/list": _exempt(P.INVITE_MEMBERS, "An empty form."),
    "POST /console/invitations/list": _reads(P.INVITE_MEMBERS, "addresses.compared"),
    "POST /console/invitations/list/send": _does(P.INVITE_MEMBERS, "invitation.made", shows="addresses.compared"),
    "POST /console/cohorts": _does(P.INVITE_MEMBERS, "cohort.made", shows="invitations.read"),
}

ROOMS = {
    f"POST {V1}/rooms": _does(P.RUN_ROOMS, "room.opened"),
    "POST /rooms": _does(P.RUN_ROOMS, "room.opened"),
    f"PATCH {V1}/rooms/<uuid:room_id>": _does(P.RUN_ROOMS, "room.changed"),
    f"GET {V1}/rooms/<uuid:room_id>/retention-preview": _exempt(P.RUN_ROOMS, "A count of messages, no words."),
    f"PUT {V1}/rooms/<uuid:room_id>/archive": _does(P.RUN_ROOMS, "room.archived"),
    f"DELETE {V1}/rooms/<uuid:room_id>/archive": _does(P.RUN_ROOMS, "room.reopened"),
    "GET /rooms/<uuid:room_id>/settings": _exempt(P.RUN_ROOMS, "The room's name and rules, which its members see."),
    "POST /rooms/<uuid:room_id>/settings": _does(P.RUN_ROOMS, "room.changed"),
    "POST /rooms/<uuid:room_id>/close": _does(P.RUN_ROOMS, "room.archived"),
    "POST /rooms/<uuid:room_id>/reopen": _does(P.RUN_ROOMS, "room.reopened"),
    f"DELETE {V1}/messages/<uuid:message_id>": _own(P.MODERATE_MESSAGES, mixed=True),
    "POST /messages/<uuid:message_id>/remove": _own(P.MODERATE_MESSAGES, mixed=True),
    f"PUT {V1}/messages/<uuid:message_id>/pin": _does(P.MODERATE_MESSAGES, "message.pinned", mixed=True),
    f"DELETE {V1}/messages/<uuid:message_id>/pin": _does(P.MODERATE_MESSAGES, "message.unpinned", mixed=True),
    "POST /messages/<uuid:message_id>/pin": _does(P.MODERATE_MESSAGES, "message.pinned", mixed=True),
    "POST /messages/<uuid:message_id>/unpin": _does(P.MODERATE_MESSAGES, "message.unpinned", mixed=True),
}

MEETUPS = {
    f"POST {V1}/meetups": _does(HOST, "meetup.posted"),
    "GET /meetups/new": _exempt(HOST, "A form; what it may copy from, members see."),
    "POST /meetups/new": _does(HOST, "meetup.posted"),
    f"POST {V1}/meetups/preview": _exempt(HOST, "Works out dates; nothing is loaded."),
    "POST /meetups/preview": _exempt(HOST, "Works out dates; nothing is loaded."),
    f"PATCH {V1}/meetups/<uuid:meetup_id>": _does(HOST, "meetup.changed", mixed=True),
    f"PATCH {V1}/occurrences/<uuid:occurrence_id>": _does(HOST, "meetup.changed", mixed=True),
    f"POST {V1}/occurrences/<uuid:occurrence_id>/cancel": _does(HOST, "meetup.cancelled", mixed=True),
    f"PUT {V1}/meetups/<uuid:meetup_id>/hosts": _does(HOST, "meetup.handed_over", mixed=True),
    f"POST {V1}/meetups/<uuid:meetup_id>/resume": _does(HOST, "meetup.resumed", mixed=True),
    f"POST {V1}/occurrences/<uuid:occurrence_id>/confirm": _does(HOST, "meetup.confirmed", mixed=True),
    f"GET {V1}/meetups/past/all": _exempt(HOST, "Counts of who came, without names."),
    "GET /meetups/past/all": _exempt(HOST, "Counts of who came, without names."),
    f"GET {V1}/occurrences/<uuid:occurrence_id>/attendance": _reads(HOST, "attendance.read", mixed=True),
    f"POST {V1}/occurrences/<uuid:occurrence_id>/attendance": _does(HOST, "attendance.marked", mixed=True),
    "GET /meetups/<uuid:meetup_id>/attendance": _reads(HOST, "attendance.read", mixed=True),
    "GET /meetups/<uuid:meetup_id>/attendance.csv": _reads(HOST, "attendance.exported", mixed=True),
    "POST /occurrences/<uuid:occurrence_id>/attendance": _does(HOST, "attendance.marked", mixed=True),
    "POST /occurrences/<uuid:occurrence_id>/change": _does(HOST, "meetup.changed", mixed=True),
    "POST /occurrences/<uuid:occurrence_id>/cancel": _does(HOST, "meetup.cancelled", mixed=True),
    "POST /occurrences/<uuid:occurrence_id>/confirm": _does(HOST, "meetup.confirmed", mixed=True),
    "POST /meetups/<uuid:meetup_id>/hosts": _does(HOST, "meetup.handed_over", mixed=True),
    "POST /meetups/<uuid:meetup_id>/resume": _does(HOST, "meetup.resumed", mixed=True),
    "POST /meetups/<uuid:meetup_id>/room": _does(HOST, "meetup.room_changed", mixed=True),
}

BUDDIES = {
    f"GET {V1}/mentors": _reads(P.RUN_MATCHING, "mentors.read"),
    f"PUT {V1}/members/<uuid:member_id>/mentor-approval": _does(P.RUN_MATCHING, "mentor.approved"),
    f"DELETE {V1}/members/<uuid:member_id>/mentor-approval": _does(P.RUN_MATCHING, "mentor.withdrawn"),
    f"POST {V1}/match-runs": _does(P.RUN_MATCHING, "match_run.made", shows="match_run.read"),
    f"GET {V1}/match-runs": _reads(P.RUN_MATCHING, "match_runs.read"),
    f"GET {V1}/match-runs/<uuid:run_id>": _reads(P.RUN_MATCHING, "match_run.read"),
    f"POST {V1}/match-runs/<uuid:run_id>/replay": _does(P.RUN_MATCHING, "match_run.replayed"),
    f"GET {V1}/match-schedule": _exempt(P.RUN_MATCHING, NOTHING_OF_MEMBERS),
    f"PUT {V1}/match-schedule": _does(P.RUN_MATCHING, "match_schedule.changed"),
    "GET /console/buddies": _reads(P.RUN_MATCHING, "mentors.read"),
    "POST /console/match-schedule": _does(P.RUN_MATCHING, "match_schedule.changed", shows="mentors.read"),
    "POST /console/match-runs": _does(P.RUN_MATCHING, "match_run.made", shows="mentors.read"),
    "GET /console/match-runs/<uuid:run_id>": _reads(P.RUN_MATCHING, "match_run.read"),
    "POST /console/match-runs/<uuid:run_id>/replay": _does(P.RUN_MATCHING, "match_run.replayed"),
    "POST /console/mentors/<uuid:member_id>/approval": _does(P.RUN_MATCHING, "mentor.approved", shows="mentors.read"),
    "POST /console/mentors/<uuid:member_id>/approval/end": _does(P.RUN_MATCHING, "mentor.withdrawn"),
    "POST /console/pairings/<uuid:pairing_id>/looked-into": _does(P.RUN_MATCHING, "pairing.safety_reviewed"),
}

CARE = {
    f"GET {V1}/shared-check-ins": _reads(P.SEE_SHARED_CHECK_INS, "checkins.read"),
    f"GET {V1}/shared-check-ins/<uuid:check_in_id>": _own(P.SEE_SHARED_CHECK_INS),
    f"POST {V1}/shared-check-ins/<uuid:check_in_id>/seen": _does(P.SEE_SHARED_CHECK_INS, "checkin.seen"),
    "GET /console/check-ins": _reads(P.SEE_SHARED_CHECK_INS, "checkins.read"),
    "GET /console/check-ins/<uuid:check_in_id>": _own(P.SEE_SHARED_CHECK_INS),
    "POST /console/check-ins/<uuid:check_in_id>/seen": _does(P.SEE_SHARED_CHECK_INS, "checkin.seen"),
    f"GET {V1}/check-in-trend": _exempt(P.SEE_FIGURES, NO_PERSON),
    f"GET {V1}/first-week-figures": _exempt(P.SEE_FIGURES, NO_PERSON),
    f"GET {V1}/reach-out-figures": _exempt(P.SEE_FIGURES, NO_PERSON),
    f"GET {V1}/drills": _exempt(P.TAKE_SHIFTS, OWN_ROTA),
    f"POST {V1}/drills": _does(P.TAKE_SHIFTS, "drill.begun"),
    "POST /console/drills": _does(P.TAKE_SHIFTS, "drill.begun"),
    f"GET {V1}/shifts": _exempt(P.TAKE_SHIFTS, OWN_ROTA),
    f"POST {V1}/shifts": _does(P.TAKE_SHIFTS, "shift.planned"),
    f"DELETE {V1}/shifts/<uuid:shift_id>": _does(P.TAKE_SHIFTS, "shift.dropped"),
    f"POST {V1}/shifts/<uuid:shift_id>/offer": _does(P.TAKE_SHIFTS, "shift.changed"),
    f"POST {V1}/shifts/<uuid:shift_id>/keep": _does(P.TAKE_SHIFTS, "shift.changed"),
    f"POST {V1}/shifts/<uuid:shift_id>/take": _does(P.TAKE_SHIFTS, "shift.changed"),
    f"PUT {V1}/shifts/<uuid:shift_id>/notes": _does(P.TAKE_SHIFTS, "shift.noted"),
    "GET /console/shifts": _reads(P.TAKE_SHIFTS, "shifts.read"),
    "POST /console/shifts": _does(P.TAKE_SHIFTS, "shift.planned"),
    "POST /console/shifts/<uuid:shift_id>/<any(offer, keep, take, drop):what>": _does(P.TAKE_SHIFTS, "shift.changed"),
    "POST /console/shifts/<uuid:shift_id>/notes": _does(P.TAKE_SHIFTS, "shift.noted"),
    f"GET {V1}/reach-outs/<uuid:reach_out_id>": _reads(P.TAKE_SHIFTS, "reach_out.read", mixed=True),
    "GET /reach-outs/<uuid:reach_out_id>": _reads(P.TAKE_SHIFTS, "reach_out.read", mixed=True),
    f"POST {V1}/reach-outs/<uuid:reach_out_id>/claim": _reads(P.TAKE_SHIFTS, "reach_out.claimed", mixed=True),
    f"POST {V1}/reach-outs/<uuid:reach_out_id>/pass": _reads(P.TAKE_SHIFTS, "reach_out.passed", mixed=True),
    f"POST {V1}/reach-outs/<uuid:reach_out_id>/reading": _reads(P.TAKE_SHIFTS, "reach_out.read", mixed=True),
    f"POST {V1}/reach-outs/<uuid:reach_out_id>/advance": _reads(P.TAKE_SHIFTS, "reach_out.read", mixed=True),
    "POST /reach-outs/<uuid:reach_out_id>/<any(advance, reading, pass, claim, again):what>": _does(
        P.TAKE_SHIFTS, "reach_out.answered", mixed=True
    ),
    "GET /welcome": _reads(P.WELCOME_NEWCOMERS, "newcomers.read", mixed=True),
    f"GET {V1}/me/welcome": _reads(P.WELCOME_NEWCOMERS, "newcomers.read", mixed=True),
    f"PUT {V1}/newcomers/room": _does(P.WELCOME_NEWCOMERS, "newcomers.room_chosen", shows="newcomers.read"),
    "POST /welcome/room": _does(P.WELCOME_NEWCOMERS, "newcomers.room_chosen", shows="newcomers.read"),
}

SAFETY = {
    f"GET {V1}/reports": _reads(P.HANDLE_REPORTS, "cases.read"),
    "GET /console/reports": _reads(P.HANDLE_REPORTS, "cases.read"),
    f"GET {V1}/reports/<uuid:report_id>": _own(P.HANDLE_REPORTS),
    "GET /console/reports/<uuid:report_id>": _own(P.HANDLE_REPORTS),
    **{
        key: _own(P.HANDLE_REPORTS)
        for base in (f"{V1}/reports/<uuid:report_id>", "/console/reports/<uuid:report_id>")
        for key in (
            f"POST {base}/removal",
            f"POST {base}/dismissal",
            f"POST {base}/opening",
            f"POST {base}/sanctions",
        )
    },
    f"POST {V1}/reports/<uuid:report_id>/suspension": _own(P.MANAGE_MEMBERS),
    "POST /console/reports/<uuid:report_id>/suspension": _own(P.MANAGE_MEMBERS),
    f"PUT {V1}/reports/<uuid:report_id>/assignment": _own(P.HANDLE_REPORTS),
    f"DELETE {V1}/reports/<uuid:report_id>/assignment": _own(P.HANDLE_REPORTS),
    f"PUT {V1}/reports/<uuid:report_id>/pause": _own(P.HANDLE_REPORTS),
    f"DELETE {V1}/reports/<uuid:report_id>/pause": _own(P.HANDLE_REPORTS),
    f"POST {V1}/reports/<uuid:report_id>/colleague-requests": _own(P.HANDLE_REPORTS),
    "POST /console/reports/<uuid:report_id>/colleague": _own(P.HANDLE_REPORTS),
    "POST /console/reports/<uuid:report_id>/assignment": _own(P.HANDLE_REPORTS),
    "POST /console/reports/<uuid:report_id>/assignment/end": _own(P.HANDLE_REPORTS),
    "POST /console/reports/<uuid:report_id>/pause": _own(P.HANDLE_REPORTS),
    "POST /console/reports/<uuid:report_id>/pause/end": _own(P.HANDLE_REPORTS),
    f"DELETE {V1}/sanctions/<uuid:sanction_id>": _own(P.HANDLE_REPORTS),
    "POST /console/measures/<uuid:sanction_id>/end": _own(P.HANDLE_REPORTS),
    f"GET {V1}/appeals/<uuid:appeal_id>": _own(P.HANDLE_REPORTS),
    f"POST {V1}/appeals/<uuid:appeal_id>/decision": _own(P.HANDLE_REPORTS),
    "GET /console/appeals/<uuid:appeal_id>": _own(P.HANDLE_REPORTS),
    "POST /console/appeals/<uuid:appeal_id>/decision": _own(P.HANDLE_REPORTS),
    f"GET {V1}/audit": _reads(P.READ_AUDIT, "audit.read"),
    "GET /console/audit": _reads(P.READ_AUDIT, "audit.read"),
}

CONSOLE = {
    f"GET {V1}/tasks": _reads(P.WORK_TASKS, "tasks.read"),
    f"PUT {V1}/tasks/<uuid:task_id>/assignment": _does(P.WORK_TASKS, "task.changed"),
    f"DELETE {V1}/tasks/<uuid:task_id>/assignment": _does(P.WORK_TASKS, "task.changed"),
    f"POST {V1}/tasks/<uuid:task_id>/done": _does(P.WORK_TASKS, "task.changed"),
    "GET /console/today": _reads(P.WORK_TASKS, "tasks.read"),
    "POST /console/tasks/<uuid:task_id>/<any(take, free, done, undo):what>": _does(P.WORK_TASKS, "task.changed"),
    f"DELETE {V1}/tasks/<uuid:task_id>/done": _does(P.WORK_TASKS, "task.changed"),
    "GET /console/events": _reads(P.MEND_DELIVERY, "events.read"),
    "GET /console/events/<uuid:event_id>": _reads(P.MEND_DELIVERY, "event.read"),
    "POST /console/events/replay": _own(P.MEND_DELIVERY),
    "POST /console/events/<uuid:event_id>/<any(replay, discard):what>": _own(P.MEND_DELIVERY),
    "GET /console/deliveries": _reads(P.MEND_DELIVERY, "deliveries.read"),
    "POST /console/deliveries/<uuid:delivery_id>/<any(again, leave):what>": _does(P.MEND_DELIVERY, "delivery.changed"),
}

STAFF_ENDPOINTS: Mapping[str, StaffEndpoint] = {
    **MEMBERS,
    **PEOPLE,
    **INVITATIONS,
    **ROOMS,
    **MEETUPS,
    **BUDDIES,
    **CARE,
    **SAFETY,
    **CONSOLE,
    **CONVERSATIONS,
}
