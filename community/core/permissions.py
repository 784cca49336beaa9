"""Roles, and the one table of their permissions.

A permission that does not list a role is not given to it, so a new role has none until it is written into this table.
Hosting a meetup or being in a room is no permission: `access` checks that. `TAKE_PART` is what members do; a role
without it reaches its own account and the endpoints of its permissions, and nothing else.
"""

from collections.abc import Mapping
from enum import StrEnum


class Role(StrEnum):
    """A member's role. What it may do is in `PERMISSIONS`, and whom it may act on in `ORDER`."""

    ALUMNUS = "alumnus"
    MODERATOR = "moderator"
    COORDINATOR = "coordinator"
    ADMIN = "admin"
    AUDITOR = "auditor"

    def is_above(self, other: "Role | str") -> bool:
        """Return whether a member of the other role may not act on one of this role.

        Roles outside `ORDER` have no rank: only the highest role acts on them, and they act on no member.
        """
        other = Role(other)
        if other not in ORDER:
            return True
        if self not in ORDER:
            return other is not ORDER[-1]
        return ORDER.index(self) > ORDER.index(other)

    @property
    def up_to_own(self) -> "tuple[Role, ...]":
        """Return the roles that are not above this one."""
        return tuple(role for role in Role if not role.is_above(self))

    def may(self, permission: "Permission") -> bool:
        """Return whether this role has the permission."""
        return self in PERMISSIONS.get(permission, frozenset())

    @property
    def has_any_permission(self) -> bool:
        """Return whether this role has any permission that members lack."""
        return any(self in roles for roles in PERMISSIONS.values() if Role.ALUMNUS not in roles)


# From the least to the most: each role may act on members of its own rank and below. Auditors have no rank.
ORDER = (Role.ALUMNUS, Role.MODERATOR, Role.COORDINATOR, Role.ADMIN)


class Permission(StrEnum):
    """A right that a role must be given."""

    TAKE_PART = "take_part"
    SEE_MEMBERS = "see_members"
    SEE_IDENTITY = "see_identity"
    WRITE_STAFF_NOTES = "write_staff_notes"
    MANAGE_MEMBERS = "manage_members"
    MANAGE_STAFF = "manage_staff"
    INVITE_MEMBERS = "invite_members"
    SEE_BLOCKED_MEMBERS = "see_blocked_members"
    RUN_ROOMS = "run_rooms"
    MODERATE_MESSAGES = "moderate_messages"
    POST_WITHOUT_SLOW_MODE = "post_without_slow_mode"
    RUN_MEETUPS = "run_meetups"
    RUN_MATCHING = "run_matching"
    SEE_SHARED_CHECK_INS = "see_shared_check_ins"
    ANSWER_MEMBERS = "answer_members"
    WELCOME_NEWCOMERS = "welcome_newcomers"
    TAKE_SHIFTS = "take_shifts"
    SEE_FIGURES = "see_figures"
    HANDLE_REPORTS = "handle_reports"
    IMPOSE_SANCTIONS = "impose_sanctions"
    WORK_TASKS = "work_tasks"
    MEND_DELIVERY = "mend_delivery"
    GET_STAFF_NOTICES = "get_staff_notices"
    READ_AUDIT = "read_audit"


_MEMBERS = frozenset(ORDER)
_MODERATORS = frozenset({Role.MODERATOR, Role.COORDINATOR, Role.ADMIN})
_COORDINATORS = frozenset({Role.COORDINATOR, Role.ADMIN})
_ADMINS = frozenset({Role.ADMIN})

PERMISSIONS: Mapping[Permission, frozenset[Role]] = {
    Permission.TAKE_PART: _MEMBERS,
    Permission.SEE_MEMBERS: _COORDINATORS,
    Permission.SEE_IDENTITY: _COORDINATORS,
    Permission.WRITE_STAFF_NOTES: _COORDINATORS,
    Permission.MANAGE_MEMBERS: _COORDINATORS,
    Permission.MANAGE_STAFF: _ADMINS,
    Permission.INVITE_MEMBERS: _COORDINATORS,
    Permission.SEE_BLOCKED_MEMBERS: _COORDINATORS,
    Permission.RUN_ROOMS: _MODERATORS,
    Permission.MODERATE_MESSAGES: _MODERATORS,
    Permission.POST_WITHOUT_SLOW_MODE: _MODERATORS,
    Permission.RUN_MEETUPS: _COORDINATORS,
    Permission.RUN_MATCHING: _COORDINATORS,
    Permission.SEE_SHARED_CHECK_INS: _COORDINATORS,
    Permission.ANSWER_MEMBERS: _COORDINATORS,
    Permission.WELCOME_NEWCOMERS: _COORDINATORS,
    Permission.TAKE_SHIFTS: _COORDINATORS,
    Permission.SEE_FIGURES: _COORDINATORS,
    Permission.HANDLE_REPORTS: _MODERATORS,
    Permission.IMPOSE_SANCTIONS: _MODERATORS,
    Permission.WORK_TASKS: _COORDINATORS,
    Permission.MEND_DELIVERY: _COORDINATORS,
    Permission.GET_STAFF_NOTICES: _COORDINATORS,
    Permission.READ_AUDIT: frozenset({Role.ADMIN, Role.AUDITOR}),
}


def roles_with(permission: Permission) -> tuple[str, ...]:
    """Return the roles that have the permission as their column holds them, for conditions in SQL."""
    return tuple(sorted(role.value for role in PERMISSIONS.get(permission, frozenset())))


def roles_with_any() -> tuple[str, ...]:
    """Return the roles that may do anything that members may not, as their column holds them."""
    return tuple(role.value for role in Role if role.has_any_permission)
