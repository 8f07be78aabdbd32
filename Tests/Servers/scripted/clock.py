import time


class Clock:
    """The server's clock: this host's, shifted by as many seconds as a test asks for."""

    def __init__(self) -> None:
        self.offset = 0.0

    def now(self) -> float:
        return time.time() + self.offset
