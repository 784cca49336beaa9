"""Schema of the inactivity watch."""

from marshmallow import fields

from community.core.schemas import StrictSchema


class InactivityWatchSchema(StrictSchema):
    """My inactivity watch and who may be notified after me. `before` and `lately` are days a week."""

    is_on = fields.Boolean(required=True)
    notify_buddy = fields.Boolean(data_key="tells_buddy", load_default=False)
    notify_coordinator = fields.Boolean(data_key="tells_coordinator", load_default=False)
    is_quiet = fields.Boolean(dump_only=True)
    before = fields.Float(dump_only=True, allow_none=True)
    lately = fields.Float(dump_only=True, allow_none=True)
