"""JSON endpoints of reach-outs."""

from community.core.web.api_blueprint import api_blueprint

api = api_blueprint("reach_outs", __name__, "Reach-outs: ask for help and answer somebody who asked.")
