"""Answer every POST with a constant: the bound of what Sanic can do in one process."""

import sys

from sanic import HTTPResponse, Request, Sanic

ANSWER = (
    b"<xml><ToUserName>o</ToUserName><FromUserName>g</FromUserName><MsgType>text</MsgType><Content>ok</Content></xml>"
)

app = Sanic("bare", configure_logging=False)
app.config.update(ACCESS_LOG=False, MOTD=False)


@app.post("/wechat/main")
async def constant(_: Request) -> HTTPResponse:
    """Return the constant."""
    return HTTPResponse(ANSWER, content_type="text/xml")


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=int(sys.argv[1]), single_process=True, access_log=False, motd=False)
