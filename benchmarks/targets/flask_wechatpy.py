"""Echo with wechatpy on Flask, as wechatpy's own documentation shows it; run under gunicorn."""

from flask import Flask, Response, abort, request
from wechatpy import parse_message
from wechatpy.exceptions import InvalidSignatureException
from wechatpy.replies import create_reply
from wechatpy.utils import check_signature

from benchmarks.traffic import Credentials

app = Flask(__name__)
_TOKEN = Credentials().token


@app.post("/wechat/main")
def echo() -> Response:
    """Check, parse and echo."""
    arguments = request.args
    try:
        check_signature(
            _TOKEN, arguments.get("signature", ""), arguments.get("timestamp", ""), arguments.get("nonce", "")
        )
    except InvalidSignatureException:
        abort(403)
    message = parse_message(request.data)
    return Response(create_reply(message.content, message).render(), content_type="text/xml")
