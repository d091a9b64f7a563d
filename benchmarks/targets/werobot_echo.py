"""Echo with WeRoBot under waitress, what its ``auto`` picks first; sessions off, which is its fastest way."""

import sys

from werobot import WeRoBot

from benchmarks.traffic import Credentials

robot = WeRoBot(token=Credentials().token, enable_session=False)


@robot.text
def echo(message: object) -> str:
    """Return what was said."""
    return str(message.content)  # type: ignore[attr-defined]  # WeRoBot has no types


if __name__ == "__main__":
    robot.config.update(HOST="127.0.0.1", PORT=int(sys.argv[1]), SERVER="waitress")
    robot.run()
