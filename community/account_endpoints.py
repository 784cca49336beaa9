"""Endpoints of a person's own account, which every role has: profile, password, devices, second factor.

A role without the permission TAKE_PART reaches these, the public ones and the staff endpoints of its permissions, and
nothing else. `core.web.middleware` checks this before a view runs: a new endpoint of members is closed to auditors
unless its address begins with one of `PREFIXES`.
"""

V1 = "/api/v1"

PREFIXES = (
    "/account",
    "/step-up",
    "/two-step-link",
    f"{V1}/session",
    f"{V1}/me/factors",
    f"{V1}/me/passkeys",
    f"{V1}/me/password",
)
ENDPOINTS = frozenset({f"GET {V1}/me", f"PATCH {V1}/me", "GET /"})  # the start page leads an auditor to the audit log


def is_account_endpoint(key: str) -> bool:
    """Return whether an endpoint (`METHOD rule`) belongs to a person's own account."""
    rule = key.partition(" ")[2]
    return key in ENDPOINTS or any(rule == one or rule.startswith((f"{one}/", f"{one}s")) for one in PREFIXES)
