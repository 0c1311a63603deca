"""How much one person may still send, whatever it is and whichever way it comes, in this process."""

import threading
from dataclasses import dataclass

from live.protocol import COMMAND_RATE

MOST_PURSES = 20_000


@dataclass(slots=True)
class Purse:
    """What is left to one person: it fills up by so many commands a second, to so many at most."""

    left: float
    at: float

    def take(self, now: float) -> float:
        """Take one; returns 0.0, or after how many seconds there will be one."""
        rate, most = COMMAND_RATE
        self.left, self.at = min(most, self.left + (now - self.at) * rate), now
        if self.left < 1:
            return (1 - self.left) / rate
        self.left -= 1
        return 0.0


class Purses:
    """The purses of everybody who sent something lately, for sockets and pages, which live in different threads."""

    def __init__(self) -> None:
        self._by_user: dict[int, Purse] = {}
        self._lock = threading.Lock()

    def take(self, user: int, now: float) -> float:
        """Take one command of a person (pk) at a moment of the monotonic clock; see Purse.take."""
        with self._lock:
            purse = self._by_user.get(user)
            if purse is None:
                if len(self._by_user) >= MOST_PURSES:
                    self._forget_full_ones(now)
                purse = self._by_user[user] = Purse(COMMAND_RATE[1], now)
            return purse.take(now)

    def clear(self) -> None:
        """Forget everybody."""
        self._by_user.clear()

    def _forget_full_ones(self, now: float) -> None:
        """A purse that has filled up again says nothing that a new one would not say."""
        rate, most = COMMAND_RATE
        self._by_user = {
            user: purse for user, purse in self._by_user.items() if purse.left + (now - purse.at) * rate < most
        }


purses = Purses()
