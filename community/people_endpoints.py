"""Staff endpoints about who members are: identity records, notes, changes of address, staff who leave, and
conversations with members.

A part of `community.staff_endpoints`, with the same keys.
"""

from collections.abc import Mapping

from community.core.permissions import Permission
from community.core.web.staff_access import StaffEndpoint

V1 = "/api/v1"


def _own(permission: Permission, *keys: str) -> dict[str, StaffEndpoint]:
    return {key: StaffEndpoint(permission=permission, own=True) for key in keys}


PEOPLE: Mapping[str, StaffEndpoint] = {
    f"GET {V1}/members/<uuid:member_id>/notes": StaffEndpoint(
        permission=Permission.WRITE_STAFF_NOTES, reads="notes.read"
    ),
    **_own(
        Permission.SEE_IDENTITY,
        f"POST {V1}/members/<uuid:member_id>/identity",
        "POST /console/members/<uuid:member_id>/identity",
        f"POST {V1}/reports/<uuid:report_id>/identity",
        "POST /console/reports/<uuid:report_id>/identity",
    ),
    **_own(
        Permission.MANAGE_MEMBERS,
        f"POST {V1}/members/<uuid:member_id>/email",
        "POST /console/members/<uuid:member_id>/email",
    ),
    f"GET {V1}/members/<uuid:member_id>/holdings": StaffEndpoint(
        permission=Permission.MANAGE_STAFF, reads="holdings.read"
    ),
    "GET /console/members/<uuid:member_id>/leaving": StaffEndpoint(
        permission=Permission.MANAGE_STAFF, reads="holdings.read"
    ),
    f"POST {V1}/members/<uuid:member_id>/offboarding": StaffEndpoint(permission=Permission.MANAGE_STAFF, own=True),
    "POST /console/members/<uuid:member_id>/leaving": StaffEndpoint(permission=Permission.MANAGE_STAFF, own=True),
    **_own(
        Permission.WRITE_STAFF_NOTES,
        f"POST {V1}/members/<uuid:member_id>/notes",
        f"PUT {V1}/members/<uuid:member_id>/notes/<uuid:note_id>",
        f"DELETE {V1}/members/<uuid:member_id>/notes/<uuid:note_id>",
        "POST /console/members/<uuid:member_id>/notes",
        "POST /console/members/<uuid:member_id>/notes/<uuid:note_id>",
        "POST /console/members/<uuid:member_id>/notes/<uuid:note_id>/deletion",
    ),
}

CONVERSATIONS: Mapping[str, StaffEndpoint] = {
    f"GET {V1}/conversations": StaffEndpoint(permission=Permission.ANSWER_MEMBERS, reads="conversations.read"),
    "GET /console/conversations": StaffEndpoint(permission=Permission.ANSWER_MEMBERS, reads="conversations.read"),
    "GET /console/members/<uuid:member_id>/write": StaffEndpoint(
        permission=Permission.ANSWER_MEMBERS, reads="conversation.prepared"
    ),
    **_own(
        Permission.ANSWER_MEMBERS,
        f"POST {V1}/members/<uuid:member_id>/conversation",
        f"PUT {V1}/conversations/<uuid:room_id>/owner",
        f"POST {V1}/conversations/<uuid:room_id>/closing",
        "POST /console/members/<uuid:member_id>/write",
        "POST /console/members/<uuid:member_id>/conversation",
        "POST /console/conversations/<uuid:room_id>/owner",
        "POST /console/conversations/<uuid:room_id>/closing",
    ),
}
