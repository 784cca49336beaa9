"""Endpoints that answer without signing in, each with its reason. Every other endpoint needs an actor.

`core.web.middleware` checks this before a request loads or locks anything: a new endpoint is closed until a line is
added here. Keys are the method and the rule as Flask writes it. `GET` includes `HEAD`.
"""

from collections.abc import Mapping

PUBLIC_ENDPOINTS: Mapping[str, str] = {
    # machines
    "GET /healthz": "Process supervisors ask whether the process answers. Nothing is loaded.",
    "GET /readyz": "Load balancers ask whether the process may serve. It names no member.",
    "GET /metrics": "Counters without names; for this machine or for a bearer token of its own.",
    # what every page needs
    "GET /static/<path:filename>": "The sign-in page needs its styles, scripts and icons.",
    "GET /favicon.ico": "Browsers ask for it at the root, before anybody signs in.",
    "GET /manifest.webmanifest": "The home-screen entry: a neutral name and icon.",
    "GET /sw.js": "The service worker; the same script for everybody.",
    # help that must never wait for a sign-in
    "GET /help": "Crisis lines.",
    "GET /offline": "Crisis lines, kept by the browser.",
    "GET /breathe": "A breathing exercise that stores nothing.",
    "GET /safer": "Strangers get the crisis lines; a device where it is kept gets the page without a sign-in.",
    # signing in and out
    "GET /sign-in": "Signing in.",
    "POST /sign-in": "Signing in.",
    "POST /sign-in/passkey": "Signing in: the passkey's signature is the credential.",
    "POST /api/v1/session/passkey-options": "Signing in: a random challenge, the same for known and unknown people.",
    "POST /sign-out": "Ends the session if there is one; answers the same when there is none.",
    "POST /sign-in/code": "The token of the sign-in that waits is the credential, with the code.",
    "GET /two-step-link/<token>": "Signing in by an admin's link. The link alone opens nothing.",
    "POST /two-step-link/<token>": "Signing in by an admin's link.",
    "GET /forgotten": "Asking for a new password.",
    "POST /forgotten": "Asking for a new password; the same answer for known and unknown addresses.",
    "GET /reset/<token>": "The token from the mail is the credential.",
    "POST /reset/<token>": "The token from the mail is the credential.",
    "POST /api/v1/session": "Signing in.",
    "POST /api/v1/session/factor": "The token of the sign-in that waits is the credential, with the code.",
    "POST /api/v1/password-resets": "Asking for a new password; the same answer for known and unknown addresses.",
    "PUT /api/v1/password-resets/<token>": "The token from the mail is the credential.",
    # changing an address
    "GET /email-change/<token>": "The token from the mail is the credential.",
    "POST /email-change/<token>": "The token from the mail is the credential.",
    "GET /email-change-stop/<token>": "The token from the mail is the credential.",
    "POST /email-change-stop/<token>": "The token from the mail is the credential.",
    "PUT /api/v1/email-changes/<token>": "The token from the mail is the credential.",
    "DELETE /api/v1/email-changes/<token>": "The token from the mail is the credential.",
    # joining
    "GET /join/<token>": "The invitation's token is the credential.",
    "POST /join/<token>": "The invitation's token is the credential.",
    "POST /api/v1/invitations/accept": "The invitation's token is the credential.",
    "GET /api/v1/consent-texts": "Whoever accepts an invitation reads these first.",
    "GET /rules": "Whoever accepts an invitation reads these first.",
    # links that carry their own secret
    "GET /unsubscribe/<token>": "One-click unsubscribe (RFC 8058): the signed token is the credential.",
    "POST /unsubscribe/<token>": "One-click unsubscribe (RFC 8058): the signed token is the credential.",
    "GET /calendar/<secret>.ics": "Calendar programs cannot sign in: the secret address is the credential.",
    "GET /measures/<uuid:sanction_id>/<token>": "Suspended members cannot sign in: the signed link is the credential.",
    "POST /measures/<uuid:sanction_id>/<token>": "Suspended members cannot sign in: the signed link is the credential.",
}

# Open on a developer's machine only. In production they would tell strangers the purpose of the service.
DEVELOPMENT_ENDPOINTS: Mapping[str, str] = {
    "GET /api/docs": "The readable API document.",
    "GET /api/v1/openapi.json": "The API document for programs.",
}
