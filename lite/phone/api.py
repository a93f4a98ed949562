"""The handset's own API, in JSON: what the page (or a test) does with a phone, and what it sees."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from lite.phone import sms, ussd
from lite.phone.network import Network
from lite.phone.state import Refused

Deed = Callable[[Network, str, dict[str, Any]], object]

DEEDS: dict[str, Deed] = {
    "dial": lambda net, phone, asked: ussd.dial(net, phone, _words(asked, "code")),
    "reply": lambda net, phone, asked: ussd.reply(net, phone, _words(asked, "text")),
    "hangup": lambda net, phone, asked: ussd.hang_up(net, phone),
    "drop": lambda net, phone, asked: ussd.drop(net, phone, bool(asked.get("on", True))),
    "power": lambda net, phone, asked: sms.switch(net, phone, bool(asked.get("on", True))),
    "sms": lambda net, phone, asked: sms.send(
        net, phone, _words(asked, "text"), _words(asked, "to")
    ),
    "optout": lambda net, phone, asked: sms.opt_out(net, phone, bool(asked.get("on", True))),
}


def make_api(network: Network, people: list[dict[str, Any]], public: str) -> Blueprint:
    """`GET /phone/people`, `/state`, `/inbox`, `/log`, and `POST /phone/<deed>` with a JSON object
    that names the `phone`; a deed answers with the handset's new state, 409 when refused."""
    api = Blueprint("api", __name__, url_prefix="/phone")

    @api.get("/people")
    def _people() -> ResponseReturnValue:
        return jsonify(
            people=people,
            service_code=network.service_code,
            short_code=network.short_code,
            public=public,
            session_seconds=network.pace.session,
        )

    @api.get("/state")
    def _state() -> ResponseReturnValue:
        """One handset (`phone`), without its state when `since` is still its version."""
        since = request.args.get("since", -1, type=int)
        return jsonify(_view(network, request.args.get("phone", ""), since))

    @api.get("/inbox")
    def _inbox() -> ResponseReturnValue:
        return jsonify(_view(network, request.args.get("phone", ""))["state"]["sms"])

    @api.get("/log")
    def _log() -> ResponseReturnValue:
        return jsonify(network.board.log(request.args.get("phone")))

    @api.post("/<any(" + ",".join(DEEDS) + "):deed>")
    def _do(deed: str) -> ResponseReturnValue:
        asked = request.get_json()
        if not isinstance(asked, dict):
            raise Refused("number")
        phone = _words(asked, "phone")
        DEEDS[deed](network, phone, asked)
        return jsonify(_view(network, phone))

    @api.errorhandler(Refused)
    def _refused(fault: Refused) -> ResponseReturnValue:
        return jsonify(error=fault.reason), 409

    return api


def _words(asked: dict[str, Any], name: str) -> str:
    value = asked.get(name, "")
    return value if isinstance(value, str) else ""


def _view(network: Network, phone: str, since: int = -1) -> dict[str, Any]:
    """The handset, with what is left of its session and of its owner's time to think."""
    ussd.sweep(network)
    view = network.board.view(phone, since)
    moment, pace = network.steady(), network.pace
    started, asked = view.pop("started"), view.pop("asked")
    view["ends_in"] = None if started is None else round(pace.session - (moment - started), 1)
    view["thinks_in"] = None if asked is None else round(pace.thinking - (moment - asked), 1)
    return view
