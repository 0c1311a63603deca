"""What the person who started the site reads once it answers; standard library only, for site/bootstrap.py."""

import json
import os
import time
import unicodedata
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path

PATIENCE_SECONDS = 60
COLUMNS = {"label": "役割", "email": "メールアドレス", "password": "パスワード", "organisation": "所属"}


def local_url(host: str, port: str) -> str:
    """Where a browser on this machine finds the site; a host that means every interface is reached by loopback."""
    every_interface = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104
    return f"http://{every_interface.get(host, f'[{host}]' if ':' in host else host)}:{port}/"


def greet(url: str, accounts: Path, *, server: int, began: float) -> None:
    """Print the address and the demo accounts as soon as the server, a process id and our parent, answers."""
    if not answers(url, server=server):
        return
    print(f"{time.monotonic() - began:.0f} 秒で起動しました。 Ready.\n\n  自治体ピッチ  {url}\n  終了 stop: Ctrl-C\n")
    if accounts.exists():
        rows = json.loads(accounts.read_text(encoding="utf-8"))
        print(table([list(COLUMNS.values()), *([row[key] for key in COLUMNS] for row in rows)]))
        print(f"\n  JSON: {accounts}", flush=True)


def answers(url: str, *, server: int) -> bool:
    """Wait until the server answers; False when it ends before, or takes longer than PATIENCE_SECONDS."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until and os.getppid() == server:
        try:
            with urllib.request.urlopen(url + "healthz", timeout=5):  # noqa: S310
                return True
        except urllib.error.HTTPError:
            return True
        except OSError:
            time.sleep(0.2)
    return False


def table(rows: Sequence[Sequence[str]]) -> str:
    """Align columns by the width text takes on a screen, where a Japanese character takes two places."""
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    lines = [[text + " " * (room - _width(text)) for text, room in zip(row, widths, strict=True)] for row in rows]
    lines.insert(1, ["-" * room for room in widths])
    return "\n".join("  " + "  ".join(line).rstrip() for line in lines)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WFA" else 1 for character in text)
