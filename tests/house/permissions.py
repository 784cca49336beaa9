"""Permission table: the answer of each endpoint to each role. A route without a row here fails the build.

Six answers per row: signed out, own, other, blocked, coordinator, admin. Ben (`own`) is who it belongs to; Cleo
(`other`) and Dov (`blocked`: Ben blocked him) are alumni like him; Ada coordinates; Root is the admin.

The other columns of `COLUMNS` follow from these six by the rules of `Row.answer_of`. A row whose answer differs from
its rule says so: `also={"buddy": "200"}`.
`{words}` in an address are objects of `tests.house.permission_fixtures`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from community.account_endpoints import is_account_endpoint
from community.core.permissions import Permission, Role
from community.public_endpoints import DEVELOPMENT_ENDPOINTS, PUBLIC_ENDPOINTS
from community.staff_endpoints import STAFF_ENDPOINTS

ROLES = ("out", "own", "other", "blocked", "coordinator", "admin")
COLUMNS = (
    *("out", "invited", "own", "other", "blocked", "buddy", "ex_buddy", "host"),
    *("moderator", "coordinator", "admin", "auditor", "suspended", "removed"),
)
# Answered like the strangers and the alumni whom they are, unless a row says otherwise.
LIKE = {"invited": "out", "suspended": "out", "removed": "out", "buddy": "other", "ex_buddy": "other", "host": "other"}
PUBLIC = {**PUBLIC_ENDPOINTS, **DEVELOPMENT_ENDPOINTS}
PASSWORD = "seven lamps over the orchard"


@dataclass(frozen=True)
class Row:
    """One endpoint at one address, and the status for each role."""

    method: str
    rule: str
    answers: str
    at: str = ""
    body: Any = None
    also: Mapping[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Return the address of the request, by default the rule with the objects of its names."""
        return self.at or self.rule.replace("<uuid:", "{").replace("<", "{").replace(">", "}")

    def answer_of(self, column: str) -> str:
        """Return the answer to a column: as the row says, or as the column's rule makes it of the six answers.

        A role with the permission of a staff endpoint is answered like the least of the six that has it, and without
        it like an alumnus. An auditor is refused whatever is not public, their account, or the audit log.
        """
        six = dict(zip(ROLES, self.answers.split(), strict=True))
        if column in self.also:
            return self.also[column]
        if column == "host" and hosts_too(self):
            return six["coordinator"]
        if column in six or column in LIKE:
            return six[LIKE.get(column, column)]
        name = f"{self.method} {self.rule}"
        staff = STAFF_ENDPOINTS.get(name)
        if staff is not None and Role(column).may(staff.permission):
            return six["coordinator" if Role.COORDINATOR.may(staff.permission) else "admin"]
        if column == "moderator" or name in PUBLIC or is_account_endpoint(name):
            return six["other"]
        return "403" if self.rule.startswith("/api/") else "404"

    @property
    def key(self) -> tuple[str, str]:
        """Return the method and rule."""
        return self.method, self.rule


def without_passkey(answer: str) -> dict[str, str]:
    """Return the exceptions of a row about the passkey that Cleo alone has."""
    return dict.fromkeys(("buddy", "ex_buddy", "host", "moderator", "auditor"), answer)


def hosts_too(row: Row) -> bool:
    """Return whether an endpoint is for the hosts of a meetup as it is for coordinators."""
    staff = STAFF_ENDPOINTS.get(f"{row.method} {row.rule}")
    return staff is not None and staff.mixed and staff.permission is Permission.RUN_MEETUPS


V1 = "/api/v1"
ANYBODY = "200 200 200 200 200 200"
MEMBERS = "401 200 200 200 200 200"
STAFF = "401 403 403 403 200 200"
PAGE = "302 200 200 200 200 200"
STAFF_PAGE = "302 404 404 404 200 200"
STAFF_POST = "401 404 404 404 303 303"
STEPS = "who, languages, when, what, life, wishes, care, words"
STAFF_204 = "401 403 403 403 204 204"
SUSPEND = {"reason": "Threats in a room."}
WARN = {"kind": "warning", "reason": "Threats in a room."}
DECIDE = {"decision": "lifted", "answer": "You are right."}
MEETUP = {
    "title": "Thursday table",
    "description": "",
    "starts_at_local": "2099-11-26T19:00",
    "time_zone": "America/New_York",
    "duration_minutes": 90,
    "place": {"kind": "in_person", "address": "12 Elm Street"},
}
RULE = {"starts_at_local": "2099-11-26T19:00", "time_zone": "America/New_York", "recurrence": "FREQ=WEEKLY"}
CAME = {"handle": "Ben", "state": "attended", "nonce": "one"}
BROWSER = {
    "endpoint": "https://fcm.googleapis.com/fcm/send/one",
    "keys": {
        "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "auth": "BTBZMqHH6r4Tts7J_aSIgg",
    },
}
HOW_IT_WAS = {"mood": 2, "craving": 6, "sleep": None, "connection": 2}
# The tests' address is an IP address, at which browsers allow no passkeys.
NO_PASSKEYS = "401 404 404 404 404 404"
CREDENTIAL = {"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {"clientDataJSON": "e30"}}
SAID = {"client_msg_id": "one", "body": "The kettle is on."}
JOIN = {
    "token": "{invitation_token}",
    "handle": "Juniper",
    "password": PASSWORD,
    "time_zone": "America/Denver",
    "consents": [{"text_version": "rules-2", "accepted": True}, {"text_version": "privacy-2", "accepted": True}],
}
JOIN_FORM = {"handle": "Juniper", "password": PASSWORD, "time_zone": "America/Denver", "rules-2": "1", "privacy-2": "1"}

SIGN_IN = {"email": "ben@example.org", "password": PASSWORD}

MEMBERS_API = (
    Row("POST", f"{V1}/session", "201 201 201 201 201 201", body={"email": "ben@example.org", "password": PASSWORD}),
    Row("DELETE", f"{V1}/session", "401 204 204 204 204 204"),
    Row("POST", f"{V1}/session/step-up", "401 200 422 422 422 422", body={"password": PASSWORD}),
    Row("POST", f"{V1}/session/factor", "401 401 401 401 401 401", body={"pending": "none", "code": "123456"}),
    Row("GET", f"{V1}/me/factors", MEMBERS),
    Row("POST", f"{V1}/me/factors/totp", "401 201 201 201 201 201"),
    Row("PUT", f"{V1}/me/factors/totp", "401 422 422 422 422 422", body={"code": "123456"}),
    Row("DELETE", f"{V1}/me/factors/totp", "401 204 204 204 204 204"),
    Row("POST", f"{V1}/me/factors/codes", "401 409 201 409 409 409", also=without_passkey("409")),
    Row("POST", f"{V1}/members/<uuid:member_id>/factor-resets", "401 403 403 403 403 201"),
    Row("POST", f"{V1}/session/step-up/options", NO_PASSKEYS),
    Row("POST", f"{V1}/session/passkey-options", "404 404 404 404 404 404"),
    Row("GET", f"{V1}/me/passkeys", MEMBERS),
    Row("POST", f"{V1}/me/passkeys/options", NO_PASSKEYS),
    Row("POST", f"{V1}/me/passkeys", NO_PASSKEYS, body={"credential": CREDENTIAL}),
    Row("DELETE", f"{V1}/me/passkeys/<uuid:passkey_id>", "401 404 204 404 404 404", also=without_passkey("404")),
    Row("GET", f"{V1}/sessions", MEMBERS),
    Row("DELETE", f"{V1}/sessions", "401 204 204 204 204 204"),
    Row("DELETE", f"{V1}/sessions/<uuid:session_id>", "401 204 404 404 404 404"),
    Row("POST", f"{V1}/password-resets", "202 202 202 202 202 202", body={"email": "ben@example.org"}),
    Row(
        "PUT",
        f"{V1}/password-resets/<token>",
        "204 204 204 204 204 204",
        at=f"{V1}/password-resets/{{reset_token}}",
        body={"password": PASSWORD},
    ),
    Row("GET", f"{V1}/me", MEMBERS),
    Row("PATCH", f"{V1}/me", MEMBERS, body={"time_zone": "America/Denver"}),
    Row(
        "PUT",
        f"{V1}/me/password",
        "401 204 422 422 422 422",
        body={"current_password": PASSWORD, "password": "a kettle beside the window"},
    ),
    Row("GET", f"{V1}/members", STAFF),
    Row("GET", f"{V1}/members/<uuid:member_id>", STAFF),
    Row("PATCH", f"{V1}/members/<uuid:member_id>", "401 403 403 403 403 200", body={"role": "moderator"}),
    Row(
        "PATCH",
        f"{V1}/members/<uuid:member_id>",
        "401 403 403 403 403 409",
        at=f"{V1}/members/{{ada_id}}",
        body={"role": "auditor"},
    ),
    Row("PATCH", f"{V1}/members/<uuid:member_id>", STAFF, body={"cohort_id": "{cohort_id}"}),
    Row("PUT", f"{V1}/members/<uuid:member_id>/block", "401 204 204 204 204 204"),
    Row("DELETE", f"{V1}/members/<uuid:member_id>/block", "401 204 204 204 204 204"),
    Row("POST", f"{V1}/members/<uuid:member_id>/suspension", "401 403 403 403 201 201", body=SUSPEND),
    Row("DELETE", f"{V1}/members/<uuid:member_id>/suspension", "401 403 403 403 204 204"),
    Row("PUT", f"{V1}/members/<uuid:member_id>/deactivation", "401 403 403 403 204 204"),
    Row("DELETE", f"{V1}/members/<uuid:member_id>/deactivation", "401 403 403 403 204 204"),
    Row(
        "PUT",
        f"{V1}/members/<uuid:member_id>/deactivation",
        "401 403 403 403 404 409",
        at=f"{V1}/members/{{root_id}}/deactivation",
    ),
    Row("GET", f"{V1}/invitations", STAFF),
    Row("POST", f"{V1}/invitations", "401 403 403 403 201 201", body={"email": "fox@example.org"}),
    Row("POST", f"{V1}/invitations", "401 403 403 403 403 201", body={"email": "fox@example.org", "role": "admin"}),
    Row("POST", f"{V1}/invitations/<uuid:invitation_id>/resend", STAFF),
    Row("DELETE", f"{V1}/invitations/<uuid:invitation_id>", "401 403 403 403 204 204"),
    Row("POST", f"{V1}/invitations", "401 403 403 403 404 201", body={"email": "heron@example.org"}),
    Row(
        "POST",
        f"{V1}/invitations/<uuid:invitation_id>/resend",
        "401 403 403 403 404 200",
        at=f"{V1}/invitations/{{admin_invitation_id}}/resend",
    ),
    Row(
        "DELETE",
        f"{V1}/invitations/<uuid:invitation_id>",
        "401 403 403 403 404 204",
        at=f"{V1}/invitations/{{admin_invitation_id}}",
    ),
    Row("GET", f"{V1}/consent-texts", ANYBODY),
    Row("POST", f"{V1}/invitations/accept", "201 201 201 201 201 201", body=JOIN),
    Row("GET", f"{V1}/cohorts", STAFF),
    Row("POST", f"{V1}/cohorts", "401 403 403 403 201 201", body={"name": "Autumn table"}),
)

ROOMS_API = (
    Row("GET", f"{V1}/rooms", MEMBERS),
    Row("POST", f"{V1}/rooms", "401 403 403 403 201 201", body={"kind": "open", "name": "Mornings"}),
    Row("PUT", f"{V1}/rooms/<uuid:room_id>/membership", "401 204 404 404 404 404"),
    Row("DELETE", f"{V1}/rooms/<uuid:room_id>/membership", "401 204 404 404 404 404"),
    Row("GET", f"{V1}/rooms/<uuid:room_id>/messages", "401 200 404 404 404 404"),
    Row("POST", f"{V1}/rooms/<uuid:room_id>/messages", "401 201 404 404 404 404", body=SAID),
    Row("PUT", f"{V1}/rooms/<uuid:room_id>/read-marker", "401 200 404 404 404 404", body={"seq": 1}),
    Row(
        "GET",
        f"{V1}/rooms/<uuid:room_id>/messages",
        "401 200 200 200 200 200",
        at=f"{V1}/rooms/{{open_room_id}}/messages",
    ),
    Row("PATCH", f"{V1}/messages/<uuid:message_id>", "401 200 404 404 404 404", body={"body": "Other words."}),
    Row("DELETE", f"{V1}/messages/<uuid:message_id>", "401 204 404 404 404 404"),
    Row("PUT", f"{V1}/messages/<uuid:message_id>/reactions/<emoji>", "401 200 404 404 404 404"),
    Row("DELETE", f"{V1}/messages/<uuid:message_id>/reactions/<emoji>", "401 200 404 404 404 404"),
    Row(
        "PATCH",
        f"{V1}/messages/<uuid:message_id>",
        "401 200 404 404 404 404",
        at=f"{V1}/messages/{{open_message_id}}",
        body={"body": "Other words."},
    ),
    Row(
        "DELETE",
        f"{V1}/messages/<uuid:message_id>",
        "401 204 404 404 204 204",
        at=f"{V1}/messages/{{open_message_id}}",
    ),
    Row(
        "PUT",
        f"{V1}/messages/<uuid:message_id>/reactions/<emoji>",
        "401 200 200 404 200 200",
        at=f"{V1}/messages/{{open_message_id}}/reactions/{{emoji}}",
    ),
)

ROOM_KEEPING_API = (
    Row("GET", f"{V1}/rooms/<uuid:room_id>", "401 200 404 404 404 404"),
    Row("PATCH", f"{V1}/rooms/<uuid:room_id>", "401 403 403 403 404 404", body={"topic": "For after supper."}),
    Row(
        "PATCH",
        f"{V1}/rooms/<uuid:room_id>",
        "401 403 403 403 204 204",
        at=f"{V1}/rooms/{{open_room_id}}",
        body={"topic": "For after supper."},
    ),
    Row(
        "GET",
        f"{V1}/rooms/<uuid:room_id>/retention-preview",
        "401 403 403 403 404 404",
        at=f"{V1}/rooms/{{room_id}}/retention-preview?days=30",
    ),
    Row(
        "GET",
        f"{V1}/rooms/<uuid:room_id>/retention-preview",
        STAFF,
        at=f"{V1}/rooms/{{open_room_id}}/retention-preview?days=30",
    ),
    Row("PUT", f"{V1}/rooms/<uuid:room_id>/archive", "401 403 403 403 404 404"),
    Row("DELETE", f"{V1}/rooms/<uuid:room_id>/archive", "401 403 403 403 404 404"),
    Row(
        "PUT",
        f"{V1}/rooms/<uuid:room_id>/archive",
        "401 403 403 403 204 204",
        at=f"{V1}/rooms/{{open_room_id}}/archive",
    ),
    Row("PUT", f"{V1}/rooms/<uuid:room_id>/unread-from", "401 200 404 404 404 404", body={"seq": 1}),
    Row("PUT", f"{V1}/rooms/<uuid:room_id>/mute", "401 204 404 404 404 404", body={}),
    Row("DELETE", f"{V1}/rooms/<uuid:room_id>/mute", "401 204 404 404 404 404"),
    Row("PUT", f"{V1}/rooms/<uuid:room_id>/presence", "401 204 404 404 404 404"),
    Row("DELETE", f"{V1}/rooms/<uuid:room_id>/presence", "401 204 404 404 404 404"),
    Row("GET", f"{V1}/rooms/<uuid:room_id>/people", "401 200 404 404 404 404"),
    Row("GET", f"{V1}/rooms/<uuid:room_id>/members", "401 200 404 404 404 404"),
    Row("GET", f"{V1}/rooms/<uuid:room_id>/pins", "401 200 404 404 404 404"),
    Row("PUT", f"{V1}/messages/<uuid:message_id>/pin", "401 403 404 404 404 404"),
    Row("DELETE", f"{V1}/messages/<uuid:message_id>/pin", "401 403 404 404 404 404"),
    Row(
        "PUT",
        f"{V1}/messages/<uuid:message_id>/pin",
        "401 403 403 404 200 200",
        at=f"{V1}/messages/{{open_message_id}}/pin",
    ),
    Row("POST", f"{V1}/messages/search", MEMBERS, body={"words": "kettle"}),
    Row("POST", f"{V1}/messages/search", "401 200 404 404 404 404", body={"words": "kettle", "room_id": "{room_id}"}),
)

MEETUPS_API = (
    Row("GET", f"{V1}/meetups", MEMBERS),
    Row("POST", f"{V1}/meetups", "401 403 403 403 201 201", body=MEETUP),
    Row("GET", f"{V1}/meetups/<uuid:meetup_id>", MEMBERS),
    Row("GET", f"{V1}/meetups/past", MEMBERS),
    Row("GET", f"{V1}/meetups/past/all", STAFF),
    Row("PUT", f"{V1}/occurrences/<uuid:occurrence_id>/rsvp", MEMBERS, body={"answer": "going"}),
    Row("POST", f"{V1}/meetups/preview", STAFF, body=RULE),
    Row("PATCH", f"{V1}/meetups/<uuid:meetup_id>", STAFF, body={"title": "Thursday kitchen"}),
    Row("PUT", f"{V1}/meetups/<uuid:meetup_id>/standing-rsvp", "401 409 409 409 409 409", body={"answer": "going"}),
    Row("POST", f"{V1}/occurrences/<uuid:occurrence_id>/offer/accept", "401 404 404 404 404 404"),
    Row("POST", f"{V1}/occurrences/<uuid:occurrence_id>/offer/decline", "401 404 404 404 404 404"),
    Row("PATCH", f"{V1}/occurrences/<uuid:occurrence_id>", STAFF, body={"capacity": 9}),
    Row("POST", f"{V1}/occurrences/<uuid:occurrence_id>/cancel", STAFF, body={}),
    Row("GET", f"{V1}/me/calendar", MEMBERS),
    Row("POST", f"{V1}/me/calendar/rotate", MEMBERS),
    Row("GET", f"{V1}/me/meetup-preferences", MEMBERS),
    Row("PUT", f"{V1}/me/meetup-preferences", MEMBERS, body={"is_listed": False}),
    Row("PUT", f"{V1}/meetups/<uuid:meetup_id>/hosts", STAFF, body={"co_hosts": []}),
    Row("POST", f"{V1}/meetups/<uuid:meetup_id>/resume", STAFF),
    Row("POST", f"{V1}/occurrences/<uuid:occurrence_id>/confirm", "401 403 403 403 204 204"),
    Row("GET", f"{V1}/occurrences/<uuid:occurrence_id>/attendance", STAFF),
    Row("POST", f"{V1}/occurrences/<uuid:occurrence_id>/attendance", "401 403 403 403 409 409", body=CAME),
)

BUDDIES_API = (
    Row("GET", f"{V1}/buddy-profile", "401 200 404 404 404 404", also={"buddy": "200"}),
    Row("GET", f"{V1}/buddy-search", "401 200 404 404 404 404", also={"buddy": "200"}),
    Row("PUT", f"{V1}/buddy-profile", MEMBERS, body={"role": "peer"}),
    Row("PUT", f"{V1}/buddy-profile/pause", "401 200 409 409 409 409", body={}, also={"buddy": "200"}),
    Row("DELETE", f"{V1}/buddy-profile/pause", "401 200 409 409 409 409", also={"buddy": "200"}),
    Row("GET", f"{V1}/mentors", STAFF),
    Row("PUT", f"{V1}/members/<uuid:member_id>/mentor-approval", "401 403 403 403 204 204", body={"places": 2}),
    Row("DELETE", f"{V1}/members/<uuid:member_id>/mentor-approval", "401 403 403 403 204 204"),
    Row("POST", f"{V1}/match-runs", "401 403 403 403 201 201", body={"dry_run": True}),
    Row("GET", f"{V1}/match-runs", STAFF),
    Row("GET", f"{V1}/match-runs/<uuid:run_id>", STAFF),
    Row("POST", f"{V1}/match-runs/<uuid:run_id>/replay", "401 403 403 403 409 409"),
    Row("GET", f"{V1}/match-schedule", STAFF),
    Row(
        "PUT",
        f"{V1}/match-schedule",
        "401 403 403 403 200 200",
        body={"is_on": True, "weekday": 0, "hour": 9},
    ),
    Row(
        "PUT",
        f"{V1}/pairings/<uuid:pairing_id>/choice",
        "401 409 404 404 404 404",
        body={"choice": "keep"},
        also={"buddy": "409"},
    ),
    Row("GET", f"{V1}/pairings/<uuid:pairing_id>/phones", "401 200 404 404 404 404", also={"buddy": "200"}),
    Row(
        "PUT",
        f"{V1}/pairings/<uuid:pairing_id>/phone",
        "401 200 404 404 404 404",
        body={"number": "+1 555 0100"},
        also={"buddy": "200"},
    ),
    Row("DELETE", f"{V1}/pairings/<uuid:pairing_id>/phone", "401 200 404 404 404 404", also={"buddy": "200"}),
    Row("POST", f"{V1}/buddy-days", MEMBERS),
    Row("DELETE", f"{V1}/buddy-days", "401 204 204 204 204 204"),
    Row("GET", f"{V1}/buddy-days/<uuid:stand_in_id>", "401 200 404 404 404 404"),
    Row("POST", f"{V1}/buddy-days/<uuid:stand_in_id>/want", "401 200 404 404 404 404"),
    Row("POST", f"{V1}/buddy-days/<uuid:stand_in_id>/claim", "401 404 404 404 404 404"),
    Row("POST", f"{V1}/reach-outs", "401 200 201 201 201 201", body={"note": ""}),
    Row("GET", f"{V1}/reach-outs/<uuid:reach_out_id>", "401 200 404 404 200 200"),
    Row("POST", f"{V1}/reach-outs/<uuid:reach_out_id>/advance", "401 200 404 404 200 200"),
    Row("POST", f"{V1}/reach-outs/<uuid:reach_out_id>/reading", "401 404 404 404 200 200"),
    Row("POST", f"{V1}/reach-outs/<uuid:reach_out_id>/pass", "401 404 404 404 200 200"),
    Row("POST", f"{V1}/reach-outs/<uuid:reach_out_id>/claim", "401 404 404 404 200 200"),
    Row("POST", f"{V1}/reach-outs/<uuid:reach_out_id>/again", "401 200 404 404 404 404"),
    Row("POST", f"{V1}/reach-outs/<uuid:reach_out_id>/close", "401 200 404 404 404 404", body={"ending": "okay"}),
    Row("PUT", f"{V1}/reach-outs/<uuid:reach_out_id>/answer", "401 409 404 404 404 404", body={"answer": "yes"}),
    Row("GET", f"{V1}/me/first-days", "401 200 404 404 404 404"),
    Row("DELETE", f"{V1}/me/first-days", "401 204 404 404 404 404"),
    Row(
        "PUT",
        f"{V1}/me/first-days/door",
        "401 200 404 404 404 404",
        body={"occurrence_id": "{occurrence_id}"},
    ),
    Row("GET", f"{V1}/me/welcome", MEMBERS),
    Row("PUT", f"{V1}/me/welcome", MEMBERS, body={"offers": True}),
    Row("PUT", f"{V1}/newcomers/room", "401 403 403 403 200 200", body={"room_id": None}),
    Row(
        "POST",
        f"{V1}/newcomers/<uuid:member_id>/hello",
        "401 404 200 404 404 404",
        also={"buddy": "404", "ex_buddy": "404", "host": "404", "moderator": "404"},
    ),
    Row("POST", f"{V1}/newcomers/<uuid:member_id>/door", "401 404 404 404 404 404"),
    Row("GET", f"{V1}/first-week-figures", STAFF),
    Row("GET", f"{V1}/shifts", STAFF),
    Row(
        "POST",
        f"{V1}/shifts",
        "401 403 403 403 201 201",
        body={"day": "2099-11-26", "starts": "17:00", "ends": "23:00", "time_zone": "America/New_York"},
    ),
    Row("DELETE", f"{V1}/shifts/<uuid:shift_id>", STAFF_204),
    Row("POST", f"{V1}/shifts/<uuid:shift_id>/offer", "401 403 403 403 200 404"),
    Row("POST", f"{V1}/shifts/<uuid:shift_id>/keep", "401 403 403 403 200 404"),
    Row("POST", f"{V1}/shifts/<uuid:shift_id>/take", "401 403 403 403 200 409"),
    Row("PUT", f"{V1}/shifts/<uuid:shift_id>/notes", "401 403 403 403 200 404", body={"notes": "Quiet."}),
    Row("GET", f"{V1}/reach-out-figures", STAFF),
    Row("GET", f"{V1}/drills", STAFF),
    Row("POST", f"{V1}/drills", "401 403 403 403 201 201"),
    Row("GET", f"{V1}/me/availability", MEMBERS),
    Row("PUT", f"{V1}/me/availability", MEMBERS, body={"until": None}),
    Row("GET", f"{V1}/buddy-suggestions", MEMBERS),
    Row(
        "POST", f"{V1}/buddy-suggestions/<uuid:suggestion_id>/accept", "401 200 404 404 404 404", also={"buddy": "200"}
    ),
    Row(
        "POST", f"{V1}/buddy-suggestions/<uuid:suggestion_id>/decline", "401 200 404 404 404 404", also={"buddy": "200"}
    ),
    Row("GET", f"{V1}/pairings", MEMBERS),
    Row("GET", f"{V1}/pairings/<uuid:pairing_id>", "401 200 404 404 404 404", also={"buddy": "200"}),
    Row("POST", f"{V1}/pairings/<uuid:pairing_id>/pause", "401 200 404 404 404 404", also={"buddy": "200"}),
    Row("POST", f"{V1}/pairings/<uuid:pairing_id>/resume", "401 200 404 404 404 404", also={"buddy": "200"}),
    Row(
        "POST",
        f"{V1}/pairings/<uuid:pairing_id>/end",
        "401 200 404 404 404 404",
        body={"reason": "completed"},
        also={"buddy": "200"},
    ),
)

NOTIFICATIONS_API = (
    Row("GET", f"{V1}/notifications", MEMBERS),
    Row("GET", f"{V1}/notifications/<uuid:notification_id>", "401 200 404 404 404 404"),
    Row("PUT", f"{V1}/notifications/read-marker", "401 200 404 404 404 404", body={"id": "{notification_id}"}),
    Row("PUT", f"{V1}/notifications/read-marker", MEMBERS, body={}),
    Row("GET", f"{V1}/notification-preferences", MEMBERS),
    Row("PUT", f"{V1}/notification-preferences", MEMBERS, body={"items": [{"kind": "buddy.matched", "email": False}]}),
    Row("GET", f"{V1}/push-key", MEMBERS),
    Row("GET", f"{V1}/push-subscriptions", MEMBERS),
    Row("POST", f"{V1}/push-subscriptions", "401 201 201 201 201 201", body=BROWSER),
    Row("DELETE", f"{V1}/push-subscriptions/<uuid:device_id>", "401 204 404 404 404 404"),
    Row("GET", f"{V1}/mutes", MEMBERS),
    Row(
        "PUT",
        f"{V1}/mutes/<any(meetup, member):sort>/<uuid:subject_id>",
        "401 404 204 404 204 204",
        at=f"{V1}/mutes/member/{{member_id}}",
        body={},
    ),
    Row("DELETE", f"{V1}/mutes/<uuid:subject_id>", "401 204 204 204 204 204", at=f"{V1}/mutes/{{member_id}}"),
)

SAFETY_API = (
    Row(
        "POST", f"{V1}/messages/<uuid:message_id>/reports", "401 409 404 404 404 404", body={"reason": "Look at this."}
    ),
    Row(
        "POST",
        f"{V1}/messages/<uuid:message_id>/reports",
        "401 409 201 404 201 201",
        at=f"{V1}/messages/{{open_message_id}}/reports",
        body={"reason": "Look at this."},
    ),
    Row(
        "POST",
        f"{V1}/reports",
        "401 201 404 404 404 404",
        body={"subject": {"kind": "suggestion", "id": "{suggestion_id}"}, "category": "worry"},
        also={"buddy": "201"},
    ),
    Row("GET", f"{V1}/reports", STAFF),
    Row("GET", f"{V1}/reports/<uuid:report_id>", STAFF),
    Row(
        "GET",
        f"{V1}/reports/<uuid:report_id>",
        "401 403 403 403 404 200",
        at=f"{V1}/reports/{{report_of_ada_id}}",
        also={"moderator": "200"},
    ),
    Row("POST", f"{V1}/reports/<uuid:report_id>/removal", STAFF, body={}),
    Row("POST", f"{V1}/reports/<uuid:report_id>/suspension", STAFF, body=SUSPEND),
    Row("POST", f"{V1}/reports/<uuid:report_id>/dismissal", STAFF, body={}),
    Row("PUT", f"{V1}/reports/<uuid:report_id>/assignment", STAFF_204),
    Row("DELETE", f"{V1}/reports/<uuid:report_id>/assignment", STAFF_204),
    Row("PUT", f"{V1}/reports/<uuid:report_id>/pause", STAFF_204),
    Row("DELETE", f"{V1}/reports/<uuid:report_id>/pause", STAFF_204),
    Row("POST", f"{V1}/reports/<uuid:report_id>/colleague-requests", STAFF_204),
    Row("POST", f"{V1}/reports/<uuid:report_id>/opening", "401 403 403 403 409 409"),
    Row(
        "POST",
        f"{V1}/reports/<uuid:report_id>/opening",
        "401 403 403 403 201 201",
        at=f"{V1}/reports/{{private_report_id}}/opening",
    ),
    Row("POST", f"{V1}/reports/<uuid:report_id>/sanctions", "401 403 403 403 201 201", body=WARN),
    Row("DELETE", f"{V1}/sanctions/<uuid:sanction_id>", STAFF_204),
    Row("GET", f"{V1}/appeals/<uuid:appeal_id>", STAFF),
    Row(
        "POST",
        f"{V1}/appeals/<uuid:appeal_id>/decision",
        "401 403 403 403 409 200",
        body=DECIDE,
        also={"moderator": "200"},
    ),
    Row("GET", f"{V1}/audit", "401 403 403 403 403 200"),
    Row("GET", f"{V1}/me/reports", MEMBERS),
    Row("GET", f"{V1}/me/sanctions", MEMBERS),
    Row("GET", f"{V1}/me/looks", MEMBERS),
    Row(
        "POST", f"{V1}/me/sanctions/<uuid:sanction_id>/appeal", "401 201 404 404 404 404", body={"words": "I disagree."}
    ),
    Row("GET", f"{V1}/rooms/<uuid:room_id>/openings", "401 200 404 404 404 404"),
    Row("GET", f"{V1}/members/<uuid:member_id>/no-contacts", STAFF),
    *(
        Row(
            method,
            f"{V1}/members/<uuid:member_id>/no-contacts/<uuid:other_id>",
            STAFF_204,
            at=f"{V1}/members/{{member_id}}/no-contacts/{{ada_id}}",
            body={} if method == "PUT" else None,
        )
        for method in ("PUT", "DELETE")
    ),
    *(
        Row(
            method,
            f"{V1}/members/<uuid:member_id>/no-contacts/<uuid:other_id>",
            "401 403 403 403 404 204",
            at=f"{V1}/members/{{member_id}}/no-contacts/{{root_id}}",
            body={} if method == "PUT" else None,
        )
        for method in ("PUT", "DELETE")
    ),
    Row(
        "GET",
        f"{V1}/members/<uuid:member_id>/no-contacts",
        "401 403 403 403 404 200",
        at=f"{V1}/members/{{root_id}}/no-contacts",
    ),
)

CONSOLE_API = (
    Row("GET", f"{V1}/tasks", STAFF),
    Row("PUT", f"{V1}/tasks/<uuid:task_id>/assignment", "401 403 403 403 204 204"),
    Row("DELETE", f"{V1}/tasks/<uuid:task_id>/assignment", "401 403 403 403 204 204"),
    Row("POST", f"{V1}/tasks/<uuid:task_id>/done", "401 403 403 403 204 204", at=f"{V1}/tasks/{{task_to_end_id}}/done"),
    Row(
        "DELETE",
        f"{V1}/tasks/<uuid:task_id>/done",
        "401 403 403 403 204 204",
        at=f"{V1}/tasks/{{task_to_undo_id}}/done",
    ),
    Row("POST", f"{V1}/tasks/<uuid:task_id>/done", "401 403 403 403 404 204", at=f"{V1}/tasks/{{task_of_ada_id}}/done"),
)

OPEN_PAGES = (
    Row("GET", "/healthz", ANYBODY),
    Row("GET", "/readyz", ANYBODY),
    Row("GET", "/metrics", ANYBODY),
    Row("GET", "/help", ANYBODY),
    Row("GET", "/offline", ANYBODY),
    Row("GET", "/manifest.webmanifest", ANYBODY),
    Row("GET", "/sw.js", ANYBODY),
    Row("GET", "/favicon.ico", "302 302 302 302 302 302"),
    Row("GET", "/static/<path:filename>", ANYBODY, at="/static/mark.svg"),
    Row("GET", "/api/docs", ANYBODY),
    Row("GET", f"{V1}/openapi.json", ANYBODY),
    Row("GET", "/rules", ANYBODY),
    Row("GET", "/sign-in", "200 302 302 302 302 302"),
    Row("POST", "/sign-in", "303 303 303 303 303 303", body={"email": "ben@example.org", "password": PASSWORD}),
    Row("POST", "/sign-in/code", "401 401 401 401 401 401", body={"pending": "none", "code": "123456"}),
    Row("GET", "/two-step-link/<token>", ANYBODY),
    Row("POST", "/two-step-link/<token>", "303 303 303 303 303 303", body=SIGN_IN),
    Row("POST", "/sign-out", "303 303 303 303 303 303"),
    Row("POST", "/sign-in/passkey", "422 422 422 422 422 422", body={"assertion": "x"}),
    Row("GET", "/account/passkeys", PAGE),
    Row("POST", "/account/passkeys", "401 422 422 422 422 422", body={"credential": "x"}),
    Row("POST", "/account/passkeys/<uuid:passkey_id>/remove", "401 404 303 404 404 404", also=without_passkey("404")),
    Row("GET", "/step-up", PAGE),
    Row("POST", "/step-up", "401 303 422 422 422 422", body={"password": PASSWORD, "next": "/account"}),
    Row("GET", "/forgotten", ANYBODY),
    Row("POST", "/forgotten", ANYBODY, body={"email": "ben@example.org"}),
    Row("GET", "/reset/<token>", ANYBODY, at="/reset/{reset_token}"),
    Row("POST", "/reset/<token>", "302 302 302 302 302 302", at="/reset/{reset_token}", body={"password": PASSWORD}),
    Row("GET", "/join/<token>", ANYBODY, at="/join/{invitation_token}"),
    Row("POST", "/join/<token>", "303 303 303 303 303 303", at="/join/{invitation_token}", body=JOIN_FORM),
    Row("GET", "/unsubscribe/<token>", "404 404 404 404 404 404"),
    Row("POST", "/unsubscribe/<token>", "404 404 404 404 404 404"),
)

MEMBERS_PAGES = (
    Row("GET", "/", PAGE, also={"auditor": "302"}),
    Row("GET", "/me", PAGE),
    Row("GET", "/account", PAGE),
    Row("POST", "/account/profile", "401 302 302 302 302 302", body={"time_zone": "America/Denver"}),
    Row(
        "POST",
        "/account/password",
        "401 302 422 422 422 422",
        body={"current_password": PASSWORD, "password": "a kettle beside the window"},
    ),
    Row("GET", "/account/two-step", PAGE),
    Row("POST", "/account/two-step/start", "401 303 303 303 303 303"),
    Row("POST", "/account/two-step/confirm", "401 422 422 422 422 422", body={"code": "123456"}),
    Row("POST", "/account/two-step/codes", "401 409 200 409 409 409", also=without_passkey("409")),
    Row("POST", "/account/two-step/off", "401 303 303 303 303 303"),
    Row("POST", "/account/sessions/end-others", "401 302 302 302 302 302"),
    Row("POST", "/account/sessions/<uuid:session_id>/end", "401 302 404 404 404 404"),
    Row("POST", "/account/blocks/<uuid:member_id>/end", "401 302 302 302 302 302"),
    Row("POST", "/members/<uuid:member_id>/block", "401 302 302 302 302 302"),
    Row("GET", "/notifications", PAGE),
    Row("GET", "/notifications/<uuid:notification_id>/open", "302 302 404 404 404 404"),
    Row("POST", "/notifications/<uuid:notification_id>/open", "401 303 404 404 404 404"),
    Row("GET", "/notifications/preferences", PAGE),
    Row("POST", "/notifications/preferences", "401 302 302 302 302 302", body={"email": "buddy.matched"}),
    Row("POST", "/notifications/read", "401 302 302 302 302 302"),
    Row("POST", "/notifications/address", "401 302 302 302 302 302"),
    Row("GET", "/notifications/devices", PAGE),
    Row("POST", "/notifications/devices/<uuid:device_id>/end", "401 302 404 404 404 404"),
    Row(
        "POST",
        "/mutes/<any(meetup, member):sort>/<uuid:subject_id>",
        "401 404 302 404 302 302",
        at="/mutes/member/{member_id}",
    ),
    Row("POST", "/mutes/<uuid:subject_id>/end", "401 302 302 302 302 302", at="/mutes/{member_id}/end"),
    Row("GET", "/rooms", PAGE),
    Row("POST", "/rooms", "401 404 404 404 302 302", body={"kind": "open", "name": "Mornings"}),
    Row("GET", "/rooms/<uuid:room_id>", "302 200 404 404 404 404"),
    Row("GET", "/rooms/<uuid:room_id>/members", "302 200 404 404 404 404"),
    Row("POST", "/rooms/<uuid:room_id>/join", "401 303 404 404 404 404"),
    Row("POST", "/rooms/<uuid:room_id>/read", "401 303 404 404 404 404", body={"seq": "1"}),
    Row("POST", "/rooms/<uuid:room_id>/leave", "401 303 404 404 404 404"),
    Row("POST", "/rooms/<uuid:room_id>/messages", "401 303 404 404 404 404", body=SAID),
    Row("GET", "/rooms/<uuid:room_id>/join", "302 302 404 404 404 404"),
    Row("GET", "/rooms/search", PAGE),
    Row("POST", "/rooms/search", "401 200 200 200 200 200", body={"words": "kettle"}),
    Row("POST", "/rooms/<uuid:room_id>/mute", "401 303 404 404 404 404", body={"span": "day"}),
    Row("POST", "/rooms/<uuid:room_id>/unmute", "401 303 404 404 404 404"),
    Row("POST", "/rooms/<uuid:room_id>/presence", "401 303 404 404 404 404", body={"shown": "1"}),
    Row("GET", "/messages/<uuid:message_id>", "302 200 404 404 404 404"),
    Row("POST", "/messages/<uuid:message_id>/signs", "401 303 404 404 404 404", body={"emoji": "🌱"}),
    Row("POST", "/messages/<uuid:message_id>/unread", "401 303 404 404 404 404"),
    Row("POST", "/messages/<uuid:message_id>/pin", "401 404 404 404 404 404"),
    Row("POST", "/messages/<uuid:message_id>/unpin", "401 404 404 404 404 404"),
    Row("POST", "/rooms/read", "401 303 303 303 303 303"),
    Row("POST", "/messages/<uuid:message_id>/edit", "401 303 404 404 404 404", body={"body": "Other words."}),
    Row("POST", "/messages/<uuid:message_id>/remove", "401 303 404 404 404 404"),
    Row("GET", "/messages/<uuid:message_id>/report", "302 200 404 404 404 404"),
    Row("POST", "/messages/<uuid:message_id>/report", "401 409 404 404 404 404", body={"reason": "Look at this."}),
    Row(
        "GET",
        "/report/<any(member, meetup, suggestion):kind>/<uuid:subject_id>",
        "302 200 404 404 404 404",
        at="/report/suggestion/{suggestion_id}",
        also={"buddy": "200"},
    ),
    Row(
        "POST",
        "/report/<any(member, meetup, suggestion):kind>/<uuid:subject_id>",
        "401 303 404 404 404 404",
        at="/report/suggestion/{suggestion_id}",
        body={"category": "worry"},
        also={"buddy": "303"},
    ),
    Row("GET", "/reports", PAGE),
    Row("GET", "/reports/<uuid:report_id>", "302 404 404 200 404 404"),
    Row("GET", "/measures", PAGE),
    Row("GET", "/who-looked", PAGE),
    Row("GET", "/measures/<uuid:sanction_id>", "302 200 404 404 404 404"),
    Row("POST", "/measures/<uuid:sanction_id>/appeal", "401 303 404 404 404 404", body={"words": "I disagree."}),
    Row("GET", "/measures/<uuid:sanction_id>/<token>", ANYBODY, at="/measures/{suspension_id}/{measure_token}"),
    Row(
        "POST",
        "/measures/<uuid:sanction_id>/<token>",
        "303 303 303 303 303 303",
        at="/measures/{suspension_id}/{measure_token}",
        body={"words": "I disagree."},
    ),
    Row("GET", "/rooms/<uuid:room_id>/openings", "302 200 404 404 404 404"),
    Row("GET", "/meetups", PAGE),
    Row("GET", "/meetups/<uuid:meetup_id>", PAGE),
    Row("GET", "/meetups/month", PAGE),
    Row("GET", "/meetups/past", PAGE),
    Row("GET", "/meetups/calendar", PAGE),
    Row("POST", "/meetups/calendar", "401 303 303 303 303 303", body={"is_listed": "1"}),
    Row("POST", "/meetups/calendar/rotate", "401 303 303 303 303 303"),
    Row("GET", "/calendar/<secret>.ics", ANYBODY, at="/calendar/{calendar_secret}.ics"),
    Row("GET", "/occurrences/<uuid:occurrence_id>/date.ics", PAGE),
    Row("POST", "/occurrences/<uuid:occurrence_id>/rsvp", "401 303 303 303 303 303", body={"answer": "going"}),
    Row("POST", "/meetups/<uuid:meetup_id>/standing-rsvp", "401 303 303 303 303 303", body={"answer": "going"}),
    Row("POST", "/occurrences/<uuid:occurrence_id>/offer/accept", "401 404 404 404 404 404"),
    Row("POST", "/occurrences/<uuid:occurrence_id>/offer/decline", "401 404 404 404 404 404"),
)

BUDDIES_PAGES = (
    Row("GET", "/buddy", PAGE),
    Row("GET", "/buddy/suggestions/<uuid:suggestion_id>", "302 200 404 404 404 404", also={"buddy": "200"}),
    Row(
        "POST",
        "/buddy/suggestions/<uuid:suggestion_id>",
        "401 303 404 404 404 404",
        body={"answer": "accept"},
        also={"buddy": "303"},
    ),
    Row("GET", "/buddy/profile", "302 200 303 303 303 303", also={"buddy": "200"}),
    Row("GET", f"/buddy/profile/<any({STEPS}):step>", PAGE, at="/buddy/profile/who"),
    Row(
        "GET",
        f"/buddy/profile/<any({STEPS}):step>",
        "302 200 303 303 303 303",
        at="/buddy/profile/words",
        also={"buddy": "200"},
    ),
    Row(
        "POST",
        f"/buddy/profile/<any({STEPS}):step>",
        "401 303 303 303 303 303",
        at="/buddy/profile/who",
        body={"role": "peer"},
    ),
    Row("POST", "/buddy/pause", "401 303 409 409 409 409", also={"buddy": "303"}),
    Row("POST", "/buddy/pause/end", "401 303 409 409 409 409", also={"buddy": "303"}),
    Row("GET", "/pairings/<uuid:pairing_id>", "302 200 404 404 404 404", also={"buddy": "200"}),
    Row("POST", "/pairings/<uuid:pairing_id>/pause", "401 303 404 404 404 404", also={"buddy": "303"}),
    Row("POST", "/pairings/<uuid:pairing_id>/resume", "401 303 404 404 404 404", also={"buddy": "303"}),
    Row(
        "POST",
        "/pairings/<uuid:pairing_id>/end",
        "401 303 404 404 404 404",
        body={"reason": "completed"},
        also={"buddy": "303"},
    ),
    Row(
        "POST",
        "/pairings/<uuid:pairing_id>/choice",
        "401 303 404 404 404 404",
        body={"choice": "keep"},
        also={"buddy": "303"},
    ),
    Row(
        "POST",
        "/pairings/<uuid:pairing_id>/phone",
        "401 303 404 404 404 404",
        body={"number": "+1 555 0100"},
        also={"buddy": "303"},
    ),
    Row("POST", "/pairings/<uuid:pairing_id>/phone/end", "401 303 404 404 404 404", also={"buddy": "303"}),
    Row("POST", "/buddy/cannot-today", "401 303 303 303 303 303"),
    Row("POST", "/buddy/can-today", "401 303 303 303 303 303"),
    Row("GET", "/buddy/days/<uuid:stand_in_id>", "302 200 404 404 404 404"),
    Row("POST", "/buddy/days/<uuid:stand_in_id>", "401 303 404 404 404 404", body={"answer": "want"}),
    Row("POST", "/first-days/door/<uuid:occurrence_id>", "401 303 404 404 404 404"),
    Row("POST", "/first-days/hide", "401 303 404 404 404 404"),
    Row("GET", "/welcome", PAGE),
    Row("POST", "/welcome", "401 303 303 303 303 303", body={"offers": "1"}),
    Row("POST", "/welcome/room", "401 404 404 404 303 303", body={"room_id": ""}),
    Row(
        "POST",
        "/welcome/<uuid:member_id>/hello",
        "401 404 303 404 404 404",
        also={"buddy": "404", "ex_buddy": "404", "host": "404", "moderator": "404"},
    ),
    Row("POST", "/welcome/<uuid:member_id>/door", "401 404 404 404 404 404"),
    Row("GET", "/console/shifts", STAFF_PAGE),
    Row(
        "POST",
        "/console/shifts",
        STAFF_POST,
        body={"day": "2099-11-26", "starts": "17:00", "ends": "23:00", "time_zone": "America/New_York"},
    ),
    Row(
        "POST",
        "/console/shifts/<uuid:shift_id>/<any(offer, keep, take, drop):what>",
        STAFF_POST,
        at="/console/shifts/{shift_id}/drop",
    ),
    Row("POST", "/console/shifts/<uuid:shift_id>/notes", "401 404 404 404 303 404", body={"notes": "Quiet."}),
    Row("POST", "/console/drills", STAFF_POST),
    Row("GET", "/reach-out", "302 302 200 200 200 200"),
    Row("POST", "/reach-out", "401 303 303 303 303 303", body={"note": ""}),
    Row("GET", "/reach-out/others", PAGE),
    Row("POST", "/reach-out/others", "401 303 303 303 303 303", body={"hours": "1"}),
    Row("GET", "/reach-outs/<uuid:reach_out_id>", "302 200 404 404 200 200"),
    Row(
        "POST",
        "/reach-outs/<uuid:reach_out_id>/<any(advance, reading, pass, claim, again):what>",
        "401 404 404 404 303 303",
        at="/reach-outs/{reach_out_id}/claim",
    ),
    Row("POST", "/reach-outs/<uuid:reach_out_id>/close", "401 303 404 404 404 404", body={"ending": "okay"}),
    Row("POST", "/reach-outs/<uuid:reach_out_id>/answer", "401 303 404 404 404 404", body={"answer": "yes"}),
    Row("GET", "/console/buddies", STAFF_PAGE),
    Row("POST", "/console/match-schedule", STAFF_POST, body={"is_on": "1", "weekday": "0", "hour": "9"}),
    Row("POST", "/console/match-runs", STAFF_POST, body={"dry_run": "1"}),
    Row("GET", "/console/match-runs/<uuid:run_id>", STAFF_PAGE),
    Row("POST", "/console/match-runs/<uuid:run_id>/replay", STAFF_POST),
    Row("POST", "/console/mentors/<uuid:member_id>/approval", STAFF_POST),
    Row("POST", "/console/mentors/<uuid:member_id>/approval/end", STAFF_POST),
    Row(
        "POST",
        "/console/pairings/<uuid:pairing_id>/looked-into",
        STAFF_POST,
        at="/console/pairings/{flagged_id}/looked-into",
    ),
)

STAFF_PAGES = (
    Row("GET", "/rooms/<uuid:room_id>/settings", "302 404 404 404 404 404"),
    Row("GET", "/rooms/<uuid:room_id>/settings", STAFF_PAGE, at="/rooms/{open_room_id}/settings"),
    Row(
        "POST",
        "/rooms/<uuid:room_id>/settings",
        STAFF_POST,
        at="/rooms/{open_room_id}/settings",
        body={"name": "Evenings", "topic": "", "rules": "", "retention_days": "30"},
    ),
    Row("POST", "/rooms/<uuid:room_id>/close", STAFF_POST, at="/rooms/{open_room_id}/close"),
    Row("POST", "/rooms/<uuid:room_id>/reopen", STAFF_POST, at="/rooms/{open_room_id}/reopen"),
    Row("GET", "/meetups/new", STAFF_PAGE),
    Row("GET", "/meetups/past/all", STAFF_PAGE),
    Row("GET", "/meetups/<uuid:meetup_id>/attendance", STAFF_PAGE),
    Row("GET", "/meetups/<uuid:meetup_id>/attendance.csv", STAFF_PAGE),
    Row("POST", "/meetups/<uuid:meetup_id>/hosts", STAFF_POST, body={"co_hosts": ""}),
    Row("POST", "/meetups/<uuid:meetup_id>/resume", STAFF_POST),
    Row("POST", "/meetups/<uuid:meetup_id>/room", STAFF_POST, body={"has_room": "1"}),
    Row("POST", "/occurrences/<uuid:occurrence_id>/attendance", STAFF_POST),
    Row("POST", "/occurrences/<uuid:occurrence_id>/confirm", STAFF_POST),
    Row("POST", "/meetups/preview", "401 404 404 404 200 200", body={"date": "2099-11-26", "time": "19:00"}),
    Row(
        "POST",
        "/meetups/new",
        STAFF_POST,
        body={
            "title": "Thursday table",
            "description": "",
            "date": "2099-11-26",
            "time": "19:00",
            "time_zone": "America/New_York",
            "duration_minutes": "90",
            "kind": "in_person",
            "address": "12 Elm Street",
        },
    ),
    Row("POST", "/occurrences/<uuid:occurrence_id>/change", STAFF_POST, body={"capacity": "9"}),
    Row("POST", "/occurrences/<uuid:occurrence_id>/cancel", STAFF_POST, body={"reason": ""}),
    Row("GET", "/console/members", STAFF_PAGE),
    Row("GET", "/console/members/<uuid:member_id>", STAFF_PAGE),
    Row(
        "POST",
        "/console/members/<uuid:member_id>/role",
        "401 404 404 404 404 303",
        body={"role": "coordinator"},
    ),
    Row("POST", "/console/members/<uuid:member_id>/cohort", STAFF_POST, body={"cohort_id": "{cohort_id}"}),
    Row("POST", "/console/members/<uuid:member_id>/suspension", STAFF_POST, body={"reason": "Threats."}),
    Row("POST", "/console/members/<uuid:member_id>/suspension/end", STAFF_POST),
    Row("POST", "/console/members/<uuid:member_id>/factor-resets", "401 404 404 404 404 200"),
    Row("POST", "/console/members/<uuid:member_id>/deactivation", STAFF_POST),
    Row("POST", "/console/members/<uuid:member_id>/deactivation/end", STAFF_POST),
    Row("GET", "/console/invitations", STAFF_PAGE),
    Row("POST", "/console/invitations", "401 404 404 404 200 200", body={"email": "fox@example.org"}),
    Row("POST", "/console/invitations/<uuid:invitation_id>/resend", "401 404 404 404 200 200"),
    Row("POST", "/console/invitations/<uuid:invitation_id>/revocation", STAFF_POST),
    Row(
        "POST",
        "/console/invitations/<uuid:invitation_id>/resend",
        "401 404 404 404 404 200",
        at="/console/invitations/{admin_invitation_id}/resend",
    ),
    Row(
        "POST",
        "/console/invitations/<uuid:invitation_id>/revocation",
        "401 404 404 404 404 303",
        at="/console/invitations/{admin_invitation_id}/revocation",
    ),
    Row("GET", "/console/invitations.csv", STAFF_PAGE),
    Row("GET", "/console/invitations/list", STAFF_PAGE),
    Row("POST", "/console/invitations/list", "401 404 404 404 422 422"),
    Row("POST", "/console/invitations/list/send", STAFF_POST, body={"rows": "email\r\nfox@example.org\r\n"}),
    Row("POST", "/console/cohorts", STAFF_POST, body={"name": "Autumn table"}),
    Row("GET", "/console/reports", STAFF_PAGE),
    Row("GET", "/console/deliveries", STAFF_PAGE),
    Row(
        "POST",
        "/console/deliveries/<uuid:delivery_id>/<any(again, leave):what>",
        STAFF_POST,
        at="/console/deliveries/{delivery_id}/again",
    ),
    Row("GET", "/console/today", STAFF_PAGE),
    *(
        Row(
            "POST",
            "/console/tasks/<uuid:task_id>/<any(take, free, done, undo):what>",
            STAFF_POST,
            at=f"/console/tasks/{{task_id}}/{what}",
        )
        for what in ("take", "free")
    ),
    *(
        Row(
            "POST",
            "/console/tasks/<uuid:task_id>/<any(take, free, done, undo):what>",
            STAFF_POST,
            at=f"/console/tasks/{{{task}}}/{what}",
        )
        for task, what in (("task_to_end_id", "done"), ("task_to_undo_id", "undo"))
    ),
    Row("GET", "/console/events", STAFF_PAGE),
    Row("GET", "/console/events/<uuid:event_id>", STAFF_PAGE),
    Row("POST", "/console/events/replay", STAFF_POST),
    *(
        Row(
            "POST",
            "/console/events/<uuid:event_id>/<any(replay, discard):what>",
            STAFF_POST,
            at=f"/console/events/{{event_id}}/{what}",
        )
        for what in ("replay", "discard")
    ),
    Row("GET", "/console/reports/<uuid:report_id>", STAFF_PAGE),
    Row("POST", "/console/reports/<uuid:report_id>/removal", STAFF_POST, body={"note": ""}),
    Row("POST", "/console/reports/<uuid:report_id>/suspension", STAFF_POST, body=SUSPEND),
    Row("POST", "/console/reports/<uuid:report_id>/dismissal", STAFF_POST, body={"note": ""}),
    Row("POST", "/console/reports/<uuid:report_id>/assignment", STAFF_POST),
    Row("POST", "/console/reports/<uuid:report_id>/assignment/end", STAFF_POST),
    Row("POST", "/console/reports/<uuid:report_id>/pause", STAFF_POST),
    Row("POST", "/console/reports/<uuid:report_id>/pause/end", STAFF_POST),
    Row("POST", "/console/reports/<uuid:report_id>/colleague", STAFF_POST),
    Row(
        "POST",
        "/console/reports/<uuid:report_id>/opening",
        STAFF_POST,
        at="/console/reports/{private_report_id}/opening",
    ),
    Row("POST", "/console/reports/<uuid:report_id>/sanctions", STAFF_POST, body=WARN),
    Row("POST", "/console/measures/<uuid:sanction_id>/end", STAFF_POST),
    Row("GET", "/console/appeals/<uuid:appeal_id>", STAFF_PAGE),
    Row(
        "POST",
        "/console/appeals/<uuid:appeal_id>/decision",
        "401 404 404 404 409 303",
        body=DECIDE,
        also={"moderator": "303"},
    ),
    Row("GET", "/console/audit", "302 404 404 404 404 200"),
    Row(
        "POST", "/console/members/<uuid:member_id>/no-contacts", STAFF_POST, body={"handle": "Cleo", "source": "court"}
    ),
    Row(
        "POST",
        "/console/members/<uuid:member_id>/no-contacts/<uuid:other_id>/end",
        STAFF_POST,
        at="/console/members/{member_id}/no-contacts/{ada_id}/end",
    ),
)

CONVERSATIONS = (
    Row("GET", f"{V1}/conversations", STAFF),
    Row("POST", f"{V1}/members/<uuid:member_id>/conversation", STAFF),
    Row("GET", f"{V1}/rooms/<uuid:room_id>", "401 200 404 404 200 200", at=f"{V1}/rooms/{{conversation_id}}"),
    Row(
        "GET",
        f"{V1}/rooms/<uuid:room_id>/messages",
        "401 200 404 404 200 200",
        at=f"{V1}/rooms/{{conversation_id}}/messages",
    ),
    Row(
        "PUT",
        f"{V1}/conversations/<uuid:room_id>/owner",
        "401 403 403 403 204 204",
        at=f"{V1}/conversations/{{conversation_id}}/owner",
    ),
    Row(
        "POST",
        f"{V1}/conversations/<uuid:room_id>/closing",
        "401 403 403 403 204 204",
        at=f"{V1}/conversations/{{conversation_id}}/closing",
    ),
    Row("GET", "/console/conversations", STAFF_PAGE),
    Row("GET", "/console/members/<uuid:member_id>/write", STAFF_PAGE),
    Row("POST", "/console/members/<uuid:member_id>/write", STAFF_POST, body=SAID),
    Row("POST", "/console/members/<uuid:member_id>/conversation", STAFF_POST),
    Row(
        "POST",
        "/console/conversations/<uuid:room_id>/owner",
        "401 404 404 404 303 303",
        at="/console/conversations/{conversation_id}/owner",
    ),
    Row(
        "POST",
        "/console/conversations/<uuid:room_id>/closing",
        "401 404 404 404 303 303",
        at="/console/conversations/{conversation_id}/closing",
    ),
)

CHECK_INS = (
    Row("POST", f"{V1}/check-ins", "401 201 201 201 201 201", body=HOW_IT_WAS),
    Row("GET", f"{V1}/check-ins", MEMBERS),
    Row("PATCH", f"{V1}/check-ins/<uuid:check_in_id>", "401 200 404 404 404 404", body={"craving": 3}),
    Row("DELETE", f"{V1}/check-ins/<uuid:check_in_id>", "401 204 404 404 404 404"),
    Row("POST", f"{V1}/check-ins/not-today", "401 204 204 204 204 204"),
    Row("PUT", f"{V1}/check-ins/<uuid:check_in_id>/helped", "401 204 404 404 404 404", body={"helped": None}),
    Row("GET", f"{V1}/me/check-in-rhythm", MEMBERS),
    Row("PUT", f"{V1}/me/check-in-rhythm", MEMBERS, body={"every": "day", "at": "20:00"}),
    Row("GET", f"{V1}/pairings/<uuid:pairing_id>/check-ins", "401 200 404 404 404 404", also={"buddy": "200"}),
    Row("GET", f"{V1}/shared-check-ins", STAFF),
    Row("GET", f"{V1}/shared-check-ins/<uuid:check_in_id>", "401 403 403 403 404 404"),
    Row(
        "GET",
        f"{V1}/shared-check-ins/<uuid:check_in_id>",
        STAFF,
        at=f"{V1}/shared-check-ins/{{shared_check_in_id}}",
    ),
    Row("POST", f"{V1}/shared-check-ins/<uuid:check_in_id>/seen", "401 403 403 403 404 404"),
    Row(
        "POST",
        f"{V1}/shared-check-ins/<uuid:check_in_id>/seen",
        STAFF_204,
        at=f"{V1}/shared-check-ins/{{shared_check_in_id}}/seen",
    ),
    Row("GET", f"{V1}/check-in-trend", STAFF),
    Row("POST", f"{V1}/coordinator-requests", "401 204 204 204 204 204"),
    Row("GET", "/check-in", PAGE),
    Row("POST", "/check-in", "401 303 303 303 303 303", body={"mood": "2"}),
    Row("POST", "/check-in/mood", "401 303 303 303 303 303", body={"mood": "2"}),
    Row("GET", "/check-ins/<uuid:check_in_id>", "302 200 404 404 404 404"),
    Row("POST", "/check-ins/<uuid:check_in_id>", "401 303 404 404 404 404", body={"mood": "3"}),
    Row("POST", "/check-in/not-today", "401 303 303 303 303 303"),
    Row("POST", "/check-ins/<uuid:check_in_id>/helped", "401 303 404 404 404 404", body={"helped": "none"}),
    Row("POST", "/check-ins/<uuid:check_in_id>/take-back", "401 303 404 404 404 404"),
    Row("GET", "/check-in/rhythm", PAGE),
    Row("POST", "/check-in/rhythm", "401 303 303 303 303 303", body={"every": "day", "at": "20:00"}),
    Row("GET", "/breathe", ANYBODY),
    Row("GET", "/pairings/<uuid:pairing_id>/check-ins", "302 200 404 404 404 404", also={"buddy": "200"}),
    Row("GET", "/coordinator", PAGE),
    Row("POST", "/coordinator", "401 303 303 303 303 303"),
    Row("GET", "/console/check-ins", STAFF_PAGE),
    Row("GET", "/console/check-ins/<uuid:check_in_id>", "302 404 404 404 404 404"),
    Row(
        "POST",
        "/console/check-ins/<uuid:check_in_id>/seen",
        STAFF_POST,
        at="/console/check-ins/{shared_check_in_id}/seen",
    ),
    Row("GET", "/console/check-ins/<uuid:check_in_id>", STAFF_PAGE, at="/console/check-ins/{shared_check_in_id}"),
)

WITHOUT = {"title": "Without wine"}
MILESTONES = (
    Row("POST", f"{V1}/milestones", "401 201 201 201 201 201", body=WITHOUT),
    Row("GET", f"{V1}/milestones", MEMBERS),
    Row(
        "PUT",
        f"{V1}/milestones/<uuid:milestone_id>/shared-with",
        "401 200 404 404 404 404",
        body={"shared_with": "buddy"},
    ),
    Row("DELETE", f"{V1}/milestones/<uuid:milestone_id>", "401 204 404 404 404 404"),
    Row("POST", f"{V1}/lapses", "401 201 201 201 201 201", body={"note": ""}),
    Row("GET", f"{V1}/lapses", MEMBERS),
    Row("DELETE", f"{V1}/lapses/<uuid:lapse_id>", "401 204 404 404 404 404"),
    Row("GET", "/milestones", PAGE),
    Row("POST", "/milestones", "401 303 303 303 303 303", body=WITHOUT),
    Row("GET", "/milestones/<uuid:milestone_id>", "302 200 404 404 404 404"),
    Row(
        "POST",
        "/milestones/<uuid:milestone_id>/shared-with",
        "401 303 404 404 404 404",
        body={"shared_with": "buddy"},
    ),
    Row("POST", "/milestones/<uuid:milestone_id>/put-away", "401 303 404 404 404 404"),
    Row("GET", "/hard-day", PAGE),
    Row("POST", "/hard-day", "401 303 303 303 303 303", body={"note": ""}),
    Row("GET", "/hard-days/<uuid:lapse_id>", "302 200 404 404 404 404"),
    Row("POST", "/hard-days/<uuid:lapse_id>/take-back", "401 303 404 404 404 404"),
    Row("GET", "/way-back", PAGE),
    Row("GET", "/safer", ANYBODY),
    Row("POST", "/safer/keep", "401 303 303 303 303 303", body={"keep": "1"}),
)

FRIDAYS = {"weekday": 4, "begins": "17:00", "ends": "20:00", "kinds": ["breathe"]}
QUIET = (
    Row("GET", f"{V1}/me/quiet-watch", MEMBERS),
    Row("PUT", f"{V1}/me/quiet-watch", MEMBERS, body={"is_on": True}),
    Row("GET", f"{V1}/hard-hours", MEMBERS),
    Row("POST", f"{V1}/hard-hours", "401 201 201 201 201 201", body=FRIDAYS),
    Row("DELETE", f"{V1}/hard-hours/<uuid:hard_hour_id>", "401 204 404 404 404 404"),
    Row("GET", "/quiet", PAGE),
    Row("POST", "/quiet", "401 303 303 303 303 303", body={"is_on": "1"}),
    Row("GET", "/hard-hours", PAGE),
    Row(
        "POST",
        "/hard-hours",
        "401 303 303 303 303 303",
        body={"day": "week:4", "begins": "17:00", "ends": "20:00", "words": "Tea."},
    ),
    Row("GET", "/hard-hours/<uuid:hard_hour_id>", "302 200 404 404 404 404"),
    Row("POST", "/hard-hours/<uuid:hard_hour_id>/let-go", "401 303 404 404 404 404"),
)

LEAVES = {"then": "alumnus", "successor_id": "{root_id}"}
# Who members are outside, staff's notes, changes of address, and staff who leave.
PEOPLE = (
    Row(
        "GET",
        f"{V1}/members/<uuid:member_id>/holdings",
        "401 403 403 403 403 200",
        at=f"{V1}/members/{{ada_id}}/holdings",
    ),
    Row("GET", f"{V1}/members/<uuid:member_id>/holdings", "401 403 403 403 403 404"),
    Row(
        "POST",
        f"{V1}/members/<uuid:member_id>/offboarding",
        "401 403 403 403 403 204",
        at=f"{V1}/members/{{ada_id}}/offboarding",
        body=LEAVES,
    ),
    Row(
        "GET",
        "/console/members/<uuid:member_id>/leaving",
        "302 404 404 404 404 200",
        at="/console/members/{ada_id}/leaving",
    ),
    Row(
        "POST",
        "/console/members/<uuid:member_id>/leaving",
        "401 404 404 404 404 303",
        at="/console/members/{ada_id}/leaving",
        body=LEAVES,
    ),
    Row("GET", "/account/email", PAGE),
    Row("POST", "/account/email", "401 303 303 303 303 303", body={"email": "fox@example.com"}),
    Row("POST", f"{V1}/me/email", "401 202 202 202 202 202", body={"email": "fox@example.com"}),
    Row("POST", f"{V1}/members/<uuid:member_id>/email", "401 403 403 403 202 202", body={"email": "fox@example.com"}),
    Row("POST", "/console/members/<uuid:member_id>/email", STAFF_POST, body={"email": "fox@example.com"}),
    Row("GET", "/email-change/<token>", ANYBODY),
    Row("POST", "/email-change/<token>", ANYBODY, at="/email-change/{confirm_token}"),
    Row("GET", "/email-change-stop/<token>", ANYBODY),
    Row("POST", "/email-change-stop/<token>", ANYBODY, at="/email-change-stop/{stop_token}"),
    Row(
        "PUT",
        f"{V1}/email-changes/<token>",
        "204 204 204 204 204 204",
        at=f"{V1}/email-changes/{{confirm_token}}",
    ),
    Row("DELETE", f"{V1}/email-changes/<token>", "204 204 204 204 204 204", at=f"{V1}/email-changes/{{stop_token}}"),
    Row("PUT", f"{V1}/me/identity", "401 204 204 204 204 204", body={"legal_name": "Jessica Rowan"}),
    Row("GET", "/account/identity", PAGE),
    Row("POST", "/account/identity", "401 303 303 303 303 303", body={"legal_name": "Jessica Rowan"}),
    Row("POST", f"{V1}/members/<uuid:member_id>/identity", STAFF, body={"reason": "asked"}),
    Row("POST", "/console/members/<uuid:member_id>/identity", "401 404 404 404 200 200", body={"reason": "asked"}),
    Row("POST", f"{V1}/reports/<uuid:report_id>/identity", "401 403 403 403 409 409"),
    Row("POST", "/console/reports/<uuid:report_id>/identity", "401 404 404 404 409 409"),
    Row("GET", f"{V1}/members/<uuid:member_id>/notes", STAFF),
    Row("GET", f"{V1}/members/<uuid:member_id>/notes", "401 403 403 403 404 200", at=f"{V1}/members/{{ada_id}}/notes"),
    Row("GET", f"{V1}/members/<uuid:member_id>/notes", "401 403 403 403 404 404", at=f"{V1}/members/{{root_id}}/notes"),
    Row("POST", f"{V1}/members/<uuid:member_id>/notes", "401 403 403 403 201 201", body={"body": "Call first."}),
    Row("PUT", f"{V1}/members/<uuid:member_id>/notes/<uuid:note_id>", "401 403 403 403 204 404", body={"body": "Yes."}),
    Row("DELETE", f"{V1}/members/<uuid:member_id>/notes/<uuid:note_id>", "401 403 403 403 204 404"),
    Row("POST", "/console/members/<uuid:member_id>/notes", STAFF_POST, body={"body": "Call first."}),
    Row(
        "POST",
        "/console/members/<uuid:member_id>/notes/<uuid:note_id>",
        "401 404 404 404 303 404",
        body={"body": "Yes."},
    ),
    Row("POST", "/console/members/<uuid:member_id>/notes/<uuid:note_id>/deletion", "401 404 404 404 303 404"),
)

FEATURES: dict[str, tuple[Row, ...]] = {
    "people": PEOPLE,
    "members api": MEMBERS_API,
    "rooms api": ROOMS_API,
    "room keeping api": ROOM_KEEPING_API,
    "meetups api": MEETUPS_API,
    "buddies api": BUDDIES_API,
    "notifications api": NOTIFICATIONS_API,
    "safety api": SAFETY_API,
    "console api": CONSOLE_API,
    "open pages": OPEN_PAGES,
    "members pages": MEMBERS_PAGES,
    "buddies pages": BUDDIES_PAGES,
    "staff pages": STAFF_PAGES,
    "conversations": CONVERSATIONS,
    "check-ins": CHECK_INS,
    "milestones": MILESTONES,
    "inactivity": QUIET,
}
TABLE = tuple(row for rows in FEATURES.values() for row in rows)


def by_feature(rows: Iterable[Row]) -> list[Any]:
    """Return the rows as parameters of a test, one list for each feature that has some of them."""
    chosen = {id(row) for row in rows}
    features = {name: [row for row in all_rows if id(row) in chosen] for name, all_rows in FEATURES.items()}
    return [pytest.param(some, id=name) for name, some in features.items() if some]


def assert_each(rows: Iterable[Row], check: Callable[[Row], None]) -> None:
    """Check every row, and fail with the list of all rows that failed."""
    failed = []
    for row in rows:
        try:
            check(row)
        except Exception as error:
            failed.append(f"{row.method} {row.at or row.rule}: {type(error).__name__} {error}")
    assert not failed, "\n".join(failed)


@dataclass(frozen=True)
class SocketRow:
    """One socket event, and the code each role is acknowledged with; who is signed out gets no socket at all."""

    event: str
    payload: dict[str, Any]
    answers: str


INSIDE_ONLY = "refused ok not_found not_found not_found not_found"
EVERYBODY_INSIDE = "refused ok ok ok ok ok"
SOCKETS = (
    SocketRow("room.open", {"room_id": "{room_id}"}, INSIDE_ONLY),
    SocketRow("room.open", {"room_id": "{open_room_id}"}, EVERYBODY_INSIDE),
    SocketRow("room.close", {"room_id": "{room_id}"}, EVERYBODY_INSIDE),
    SocketRow("message.send", {"room_id": "{room_id}", **SAID}, INSIDE_ONLY),
    SocketRow("message.send", {"room_id": "{open_room_id}", **SAID, "client_msg_id": "two"}, EVERYBODY_INSIDE),
    SocketRow("room.read", {"room_id": "{room_id}", "seq": 1}, INSIDE_ONLY),
    SocketRow("room.read", {"room_id": "{open_room_id}", "seq": 1}, EVERYBODY_INSIDE),
    SocketRow("room.typing", {"room_id": "{room_id}"}, INSIDE_ONLY),
    SocketRow("room.present", {"room_id": "{room_id}"}, INSIDE_ONLY),
)
