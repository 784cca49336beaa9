"""Endpoints that need a step-up: their member has to confirm within ten minutes before that it is them.

Keys are the method and the rule as Flask writes it, as in `community.staff_endpoints`. A session that was stolen or
left open therefore exports nothing, opens no account, and changes no factor, role, address or order.
"""

from collections.abc import Mapping

from community.core.web.step_up import StepUp

V1 = "/api/v1"
ACCOUNT = StepUp("It shows a member's e-mail address.")
SHOWS_ACCOUNT = StepUp("When it fails it shows the account page again, with the address.")
IDENTITY = StepUp("It shows a legal name and whom to call. A case of danger asks for no step-up.")
ADDRESS = StepUp("Whoever reads the mail of an account can take it over.")
LEAVING = StepUp("It ends a role and gives the work to others.")
ORDER = StepUp("An order decides who can find whom.")
IMPORT = StepUp("It compares and invites whole lists of addresses.")
EXPORT = StepUp("The file leaves the service.")
PASSWORD = StepUp("Whoever has a second factor gives it; the form asks for the current password.", asks_password=True)

FACTOR = StepUp("A second factor protects the account.", may_enroll=True)
FACTOR_OFF = StepUp("Without its second factor the account has a password alone.")

STEP_UP_ENDPOINTS: Mapping[str, StepUp] = {
    # accounts of members
    f"GET {V1}/members/<uuid:member_id>": ACCOUNT,
    "GET /console/members/<uuid:member_id>": ACCOUNT,
    "POST /console/members/<uuid:member_id>/suspension": SHOWS_ACCOUNT,
    f"POST {V1}/members/<uuid:member_id>/identity": IDENTITY,
    "POST /console/members/<uuid:member_id>/identity": IDENTITY,
    "POST /console/members/<uuid:member_id>/notes": SHOWS_ACCOUNT,
    "POST /console/members/<uuid:member_id>/notes/<uuid:note_id>": SHOWS_ACCOUNT,
    f"PATCH {V1}/members/<uuid:member_id>": StepUp("A role opens what others entrusted; the answer has the address."),
    "POST /console/members/<uuid:member_id>/role": StepUp("A role opens what others entrusted to staff."),
    "POST /console/members/<uuid:member_id>/cohort": SHOWS_ACCOUNT,
    # no-contact orders
    f"PUT {V1}/members/<uuid:member_id>/no-contacts/<uuid:other_id>": ORDER,
    f"DELETE {V1}/members/<uuid:member_id>/no-contacts/<uuid:other_id>": ORDER,
    "POST /console/members/<uuid:member_id>/no-contacts": ORDER,
    "POST /console/members/<uuid:member_id>/no-contacts/<uuid:other_id>/end": ORDER,
    # lists that come in
    "GET /console/invitations/list": IMPORT,
    "POST /console/invitations/list": IMPORT,
    "POST /console/invitations/list/send": IMPORT,
    # files that go out
    "GET /console/invitations.csv": EXPORT,
    "GET /meetups/<uuid:meetup_id>/attendance.csv": EXPORT,
    # second factors
    f"POST {V1}/me/factors/totp": FACTOR,
    f"PUT {V1}/me/factors/totp": FACTOR,
    f"DELETE {V1}/me/factors/totp": FACTOR_OFF,
    f"POST {V1}/me/factors/codes": FACTOR_OFF,
    f"POST {V1}/members/<uuid:member_id>/factor-resets": FACTOR_OFF,
    "POST /account/two-step/start": FACTOR,
    "POST /account/two-step/confirm": FACTOR,
    "POST /account/two-step/codes": FACTOR_OFF,
    "POST /account/two-step/off": FACTOR_OFF,
    "POST /console/members/<uuid:member_id>/factor-resets": FACTOR_OFF,
    f"POST {V1}/me/passkeys/options": FACTOR,
    f"POST {V1}/me/passkeys": FACTOR,
    f"DELETE {V1}/me/passkeys/<uuid:passkey_id>": FACTOR_OFF,
    "POST /account/passkeys": FACTOR,
    "POST /account/passkeys/<uuid:passkey_id>/remove": FACTOR_OFF,
    # staff who leave
    f"POST {V1}/members/<uuid:member_id>/offboarding": LEAVING,
    "POST /console/members/<uuid:member_id>/leaving": LEAVING,
    # addresses
    f"POST {V1}/me/email": ADDRESS,
    "POST /account/email": ADDRESS,
    f"POST {V1}/members/<uuid:member_id>/email": ADDRESS,
    "POST /console/members/<uuid:member_id>/email": ADDRESS,
    # the own account
    f"PUT {V1}/me/password": PASSWORD,
    "POST /account/password": PASSWORD,
}

# What members of staff reach when a second factor is required of them and they signed in without one.
FACTOR_SETUP_ENDPOINTS = frozenset(
    {
        f"GET {V1}/me/factors",
        f"POST {V1}/me/factors/totp",
        f"PUT {V1}/me/factors/totp",
        f"DELETE {V1}/session",
        f"GET {V1}/me/passkeys",
        f"POST {V1}/me/passkeys/options",
        f"POST {V1}/me/passkeys",
        "GET /account/passkeys",
        "POST /account/passkeys",
        "GET /account/two-step",
        "POST /account/two-step/start",
        "POST /account/two-step/confirm",
        "POST /sign-out",
    }
)
