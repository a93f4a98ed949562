"""The gateway's own API, in Africa's Talking's shapes: what the real SDK posts to and polls."""

from typing import Any

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from lite.phone.network import Answer, Network
from lite.phone.sms import Receipt, accept

DEFAULT_SENDER = "AFRICASTKNG"
NEEDED = ("username", "to", "message")


def make_gateway(network: Network) -> Blueprint:
    """`POST` and `GET /version1/messaging`. Any key is good; none at all is refused with 401."""
    gateway = Blueprint("gateway", __name__, url_prefix="/version1")

    @gateway.before_request
    def _known() -> ResponseReturnValue | None:
        if request.headers.get("apiKey"):
            return None
        return _plain("The supplied authentication is invalid", 401, {"WWW-Authenticate": "Basic"})

    @gateway.post("/messaging")
    def _send() -> ResponseReturnValue:
        for name in NEEDED:
            if not request.form.get(name):
                return _plain(f"Request is missing required form field '{name}'.", 400)
        numbers = [number.strip() for number in request.form["to"].split(",") if number.strip()]
        sender = request.form.get("from") or DEFAULT_SENDER
        receipts = [accept(network, n, request.form["message"], sender) for n in numbers]
        return _sent(network, receipts)

    @gateway.get("/messaging")
    def _poll() -> ResponseReturnValue:
        messages = network.board.inbound(request.args.get("lastReceivedId", 0, type=int))
        return jsonify({"SMSMessageData": {"Messages": messages}})

    return gateway


def _sent(network: Network, receipts: list[Receipt]) -> ResponseReturnValue:
    """Exactly `application/json`: with a charset the SDK hands back a string."""
    taken = [receipt for receipt in receipts if receipt.code == 101]
    summary = (
        f"Sent to {len(taken)}/{len(receipts)} Total Cost: MAD {sum(r.cost for r in taken):.4f}"
        f" Message parts: {max((r.segments for r in taken), default=0)}"
    )
    recipients = [_recipient(receipt) for receipt in receipts]
    response = jsonify({"SMSMessageData": {"Message": summary, "Recipients": recipients}})
    response.status_code = 201
    fields = request.form.to_dict()
    answer = Answer(201, response.get_data(as_text=True), 0)
    for receipt in receipts:
        if receipt.code != 403:
            network.note(receipt.number, False, "/version1/messaging", fields, answer)
    return response


def _recipient(receipt: Receipt) -> dict[str, Any]:
    return {
        "statusCode": receipt.code,
        "number": receipt.number,
        "status": receipt.status,
        "cost": f"MAD {receipt.cost:.4f}" if receipt.segments else "0",
        "messageId": receipt.message_id,
    }


def _plain(text: str, status: int, headers: dict[str, str] | None = None) -> Response:
    return Response(text, status, headers, mimetype="text/plain")
