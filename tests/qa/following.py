"""``python -m tests.qa.following DATA``: a server that takes up whatever is published there."""

import sys
from pathlib import Path
from threading import Event, Thread

from qa import listening
from qa.http import create_app
from qa.service import Service
from qa.settings import Settings

_EVERY = 0.2  # seconds


def main() -> None:
    service = Service(Settings(data=Path(sys.argv[1])))
    service.prepare()
    stopping = Event()

    def follow() -> None:
        while not stopping.wait(_EVERY):
            service.take_up()

    follower = Thread(target=follow)
    follower.start()
    try:
        with listening.bound("127.0.0.1", 0) as listener:
            listening.serve(create_app(service), listener, "127.0.0.1")
    finally:
        stopping.set()
        follower.join()


if __name__ == "__main__":
    main()
