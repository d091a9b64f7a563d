"""Teach the bot from a terminal: ``python -m channels.desk.teaching URL NAME COMMAND ...``.

A client of the desk API for operators; the password is asked for, or read from standard input when that is no terminal.
Prints the API's answers as JSON, one object a line. Exit code 1 when the API refuses: the reason is printed as well.

    questions [--limit 20]            groups of questions that want an operator
    decisions                         the last hundred or so decisions
    dismiss ID                        put a group aside
    alias ITEM ALIAS --for ID         publish an alias for a group; --question WORDS for words instead of a group
    answer ITEM ANSWER --for ID       publish a reviewed question with its answer, likewise
    versions                          every version, newest first
    rollback NUMBER                   go back to an earlier version, 0 for the files alone

With ``--try`` alias and answer are tried on the regression pack and nothing is published.
"""

import argparse
import getpass
import json
import sys
import urllib.error
import urllib.request
from collections.abc import Sequence
from typing import Any

WITHIN_S = 60.0
"""A trial on the regression pack takes seconds, on a busy machine many."""


class Refused(Exception):
    """Hold the problem that the API answered with."""

    def __init__(self, problem: Any) -> None:  # noqa: ANN401 - JSON as it came
        """Keep it to be printed."""
        super().__init__()
        self.problem = problem


class DeskClient:
    """Call the desk API as one operator."""

    def __init__(self, url: str) -> None:
        """Take scheme and host; nobody is signed in yet."""
        self._url = f"{url.rstrip('/')}/desk/api/v1"
        self._token = ""

    def sign_in(self, name: str, password: str) -> None:
        """Open a session, or raise `Refused`."""
        self._token = self.call("POST", "/sessions", body={"name": name, "password": password})["token"]

    def sign_out(self) -> None:
        """End the session."""
        _ = self.call("DELETE", "/sessions")

    def call(self, method: str, path: str, *, body: object = None) -> Any:  # noqa: ANN401 - JSON as it comes
        """Return the decoded answer of one call, or raise `Refused`."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._url + path, method=method, data=data)  # noqa: S310 - checked by the parser
        request.add_header("Content-Type", "application/json")
        if self._token:
            request.add_header("Authorization", f"Bearer {self._token}")
        try:
            with urllib.request.urlopen(request, timeout=WITHIN_S) as answer:  # noqa: S310 - as above
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            raise Refused(json.loads(error.read())) from error


def main(arguments: Sequence[str]) -> int:
    """Do one command and return the exit code."""
    options = _parser().parse_args(arguments)
    password = getpass.getpass() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    client = DeskClient(options.url)
    try:
        client.sign_in(options.name, password)
        try:
            for line in _done(client, options):
                _print(line)
        finally:
            client.sign_out()
    except Refused as refused:
        _print(refused.problem)
        return 1
    except OSError as error:
        sys.stderr.write(f"{options.url}: {error}\n")
        return 1
    return 0


def _done(client: DeskClient, options: argparse.Namespace) -> list[Any]:
    """Do the command and return the lines to print."""
    match options.command:
        case "questions":
            return list(client.call("GET", f"/questions?limit={options.limit}")["questions"])
        case "decisions" | "versions":
            path = {"decisions": "/decisions", "versions": "/wording/versions"}[options.command]
            return list(client.call("GET", path)[options.command])
        case "dismiss":
            return [client.call("POST", f"/questions/{options.id}/dismiss", body={})]
        case "rollback":
            base = client.call("GET", "/wording")["version"]
            return [client.call("POST", "/wording/rollback", body={"base": base, "to": options.to})]
        case _:
            return [_taught(client, options)]


def _taught(client: DeskClient, options: argparse.Namespace) -> Any:  # noqa: ANN401 - JSON as it comes
    body = {
        "kind": "alias" if options.command == "alias" else "faq",
        "item": options.item,
        "question_id": options.group,
        "question": options.question,
        options.command: options.words,
    }
    if options.only_try:
        return client.call("POST", "/wording/trials", body=body)
    base = client.call("GET", "/wording")["version"]
    return client.call("POST", "/wording/changes", body=body | {"base": base})


def _parser() -> argparse.ArgumentParser:
    summary, _, details = (__doc__ or "").partition("\n\n")
    parser = argparse.ArgumentParser(
        prog="python -m channels.desk.teaching",
        description=summary,
        epilog=details,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("url", type=_web_address, help="where the server is seen, http://host:port")
    parser.add_argument("name", help="login name of an operator")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("questions").add_argument("--limit", type=int, default=20)
    for name in ("decisions", "versions"):
        commands.add_parser(name)
    commands.add_parser("dismiss").add_argument("id")
    commands.add_parser("rollback").add_argument("to", type=int)
    for name in ("alias", "answer"):
        taught = commands.add_parser(name)
        taught.add_argument("item", help="the item's code")
        taught.add_argument("words", metavar=name)
        taught.add_argument("--for", dest="group", default="", metavar="ID", help="the group of questions")
        taught.add_argument("--question", default="", help="the question in words")
        taught.add_argument("--try", dest="only_try", action="store_true", help="publish nothing")
    return parser


def _web_address(text: str) -> str:
    if not text.startswith(("http://", "https://")):
        raise argparse.ArgumentTypeError("begins with http:// or https://")
    return text


def _print(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
