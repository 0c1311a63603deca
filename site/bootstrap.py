"""From a fresh checkout to a running or a tested site, with nothing but Python's standard library.

python3 site/bootstrap.py run | test [pytest arguments] | check | faults [rounds] | bench [names] | lock
"""

from __future__ import annotations

import sys

if sys.version_info < (3, 11):
    sys.exit(
        "Python 3.11 以上が必要です（いまは {0}.{1}）。python3.11 site/bootstrap.py のように指定してください。\n"
        "Python 3.11 or newer is needed; this is {0}.{1}. Try: python3.11 site/bootstrap.py".format(*sys.version_info)
    )

import contextlib
import ctypes
import errno
import glob
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from config import welcome

CHECKOUT = Path(__file__).resolve().parent.parent
ROOMS = ("site/*", "pitches", "live", "evaluation", "archive")
RUN_LOCK = CHECKOUT / "requirements.txt"
DEV_LOCK = CHECKOUT / "requirements-dev.txt"
VENV = CHECKOUT / ".venv"
PYTHON = VENV / "bin" / "python"
UV = "uv==0.13.9"
DATA_DIR = Path(os.environ.get("DATA_DIR") or CHECKOUT / "var").resolve()
HOST = os.environ.get("HOST") or "127.0.0.1"
PORT = os.environ.get("PORT") or "8000"

# What PDF output loads, and the fonts behind the rarest kanji: shared object -> Debian package.
PDF_LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
CJK_FONTS = ("/usr/share/fonts/**/NotoSansCJK*", "fonts-noto-cjk")
# What the tests start beside the site: a command that must exist -> Debian package.
TEST_COMMANDS = {
    "chromium": "chromium",
    "initdb": "postgresql",
    "redis-server": "redis-server",
    "pdftotext": "poppler-utils",
    "node": "nodejs",
    "clamd": "clamav-daemon",
}
PDF_ADVICE = """    PDF は作れませんが、ほかの機能は使えます。 PDFs stay off; everything else works. To switch them on:
      Debian / Ubuntu  sudo apt-get install -y {packages}
      Fedora           sudo dnf install -y pango harfbuzz google-noto-sans-cjk-fonts
      Alpine           sudo apk add pango harfbuzz font-noto-cjk
      macOS            brew install pango"""


class Stop(Exception):
    """There is no going on; the message tells the person what to do."""


# --- Saying what happens -------------------------------------------------------------------------------------------


class Steps:
    """Numbered lines, each closed with the seconds it took."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.number = 0

    @contextlib.contextmanager
    def step(self, title: str) -> Iterator[None]:
        self.number += 1
        print(f"[{self.number}/{self.total}] {title} … ", end="", flush=True)
        began = time.monotonic()
        yield
        print(f"{time.monotonic() - began:.1f} 秒", flush=True)


def call(command: Sequence[str | Path], *, tells: bool = False) -> None:
    """Run a tool without its chatter, unless what it `tells` is worth reading; raises Stop with its last words."""
    lines: list[str] = []
    words = [str(word) for word in command]
    with subprocess.Popen(
        words, cwd=CHECKOUT, env=environment(), text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as tool:
        assert tool.stdout is not None
        for line in tool.stdout:
            lines.append(line.rstrip())
            if tells:
                print(f"\n    {line.strip()}", end="", flush=True)
    if tells:
        print("\n    ", end="")
    if tool.returncode:
        raise Stop("\n".join([f"失敗しました。 This failed: {' '.join(words)}", *lines[-25:]]))


def environment() -> dict[str, str]:
    """The environment of everything started from here: our source roots, and settings for development by default."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE") or "config.settings.development",
        "DATA_DIR": str(DATA_DIR),
        "HOST": HOST,
        "PORT": PORT,
        "PYTHONPATH": os.pathsep.join([str(CHECKOUT), str(CHECKOUT / "site")]),
        "PYTHONUNBUFFERED": "1",
    }


# --- What was done before need not be done again -------------------------------------------------------------------


def fingerprint(paths: Iterable[Path], *words: str) -> str:
    """A digest of files and words: the same digest means that the work that depends on them is still good."""
    digest = hashlib.sha256("\0".join(words).encode())
    for path in sorted(paths):
        digest.update(str(path.relative_to(CHECKOUT)).encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def once(stamp: Path, mark: str, work: Callable[[], object], *, is_kept: bool = True) -> None:
    """Do the work unless the stamp says that it was done for this mark, and what it made `is_kept`."""
    if is_kept and is_marked(stamp, mark):
        return
    stamp.unlink(missing_ok=True)
    work()
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(mark)


def is_marked(stamp: Path, mark: str) -> bool:
    return stamp.exists() and stamp.read_text() == mark


def files_of_rooms(pattern: str) -> list[Path]:
    """The files of every room that match a glob pattern; what a start writes lies in no room, wherever DATA_DIR is."""
    found = [path for room in ROOMS for path in CHECKOUT.glob(f"{room}/{pattern}")]
    return [path for path in found if path.is_file() and path.suffix != ".pyc"]


# --- Packages ------------------------------------------------------------------------------------------------------


def ensure_packages(*, dev: bool) -> None:
    """Make .venv hold exactly a lock's packages; the development lock contains the runtime's, so it serves both."""
    # The stamps lie in .venv and end with it, so another Python or another place need no word in them.
    marks = {VENV / f"{lock.stem}.installed": fingerprint([lock]) for lock in (RUN_LOCK, DEV_LOCK)}
    runtime, development = marks
    wanted = development if dev else runtime
    if venv_works() and is_marked(wanted, marks[wanted]):
        return
    # A shrinking set would take the tools away from under a test run: once there, they stay.
    brings_dev = dev or development.exists()
    make_venv()
    for stamp in marks:
        stamp.unlink(missing_ok=True)
    install(DEV_LOCK if brings_dev else RUN_LOCK)
    for stamp in marks if brings_dev else [runtime]:
        stamp.write_text(marks[stamp])


def venv_works() -> bool:
    """Whether .venv has a Python that runs; one whose base was upgraded or removed does not."""
    return PYTHON.exists() and subprocess.run([PYTHON, "-c", "import pip"], capture_output=True).returncode == 0


def make_venv() -> None:
    if venv_works():
        return
    try:
        import ensurepip  # noqa: F401
    except ImportError:
        package = f"python3.{sys.version_info.minor}-venv"
        if not can_apt() or apt_install([package]):
            raise Stop(
                "Python の venv がありません。次を実行してから、もう一度お試しください。\n"
                f"Python's venv is missing. Run this, then try again:\n    sudo apt-get install -y {package}"
            ) from None
    call([sys.executable, "-m", "venv", "--clear", VENV])


def install(lock: Path) -> None:
    """Install a lock by uv, which is fast, or by pip, which is there."""
    with contextlib.suppress(Stop):
        call([PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", UV])
        call([VENV / "bin" / "uv", "pip", "sync", "--quiet", "--require-hashes", "--python", PYTHON, lock])
        return
    print("(uv が使えないため pip で) ", end="", flush=True)
    call([PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r", lock])


# --- System packages -----------------------------------------------------------------------------------------------


def can_apt() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_install(packages: Sequence[str]) -> bool:
    """Install Debian packages; returns whether any is still missing. Refreshes the package lists only when it must."""
    soon = ["-o", "Acquire::Retries=1", "-o", "Acquire::http::Timeout=20"]
    install_them = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *soon, *packages]
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (install_them, ["apt-get", "update", "-q", *soon], install_them):
        is_done = subprocess.run(command, env=quiet, capture_output=True).returncode == 0
        if is_done and command is install_them:
            return False
    return True


def loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def missing_pdf_packages() -> list[str]:
    """The packages PDF output needs and this machine lacks, by their Debian names."""
    if sys.platform == "darwin":
        return [] if loads("libpango-1.0.dylib") or loads("/opt/homebrew/lib/libpango-1.0.dylib") else ["pango"]
    return [package for library, package in PDF_LIBRARIES.items() if not loads(library)]


def missing_fonts() -> list[str]:
    """The font of the rarest kanji; worth fetching along, not worth a word: our documents bring a face of their own."""
    pattern, package = CJK_FONTS
    return [] if glob.glob(pattern, recursive=True) else [package]


def missing_test_packages() -> list[str]:
    """The Debian packages behind the programs the tests start; PostgreSQL's own are not on the search path there."""
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", *glob.glob("/usr/lib/postgresql/*/bin")])
    return [package for command, package in TEST_COMMANDS.items() if shutil.which(command, path=path) is None]


def ensure_system(*, dev: bool) -> None:
    """Install what is missing where we may, and otherwise name the command that does; nothing here is fatal."""

    def missing() -> list[str]:
        return [*missing_pdf_packages(), *missing_fonts(), *(missing_test_packages() if dev else [])]

    # Tried once for the same list: a start without network must not wait for the mirrors each time.
    if (packages := missing()) and can_apt():
        once(VENV / "system.tried", " ".join(packages), lambda: apt_install(packages), is_kept=not dev)
    if pdf := missing_pdf_packages():
        print("\n" + PDF_ADVICE.format(packages=" ".join(pdf)), end="\n    ")
    if dev and (tests := missing_test_packages()):
        print(f"\n    試験の一部を省きます。 Left out without: apt-get install -y {' '.join(tests)}", end="\n    ")


# --- The site's own state ------------------------------------------------------------------------------------------


def manage(*arguments: str, tells: bool = False) -> None:
    call([PYTHON, CHECKOUT / "site" / "manage.py", *arguments], tells=tells)


def has_database() -> bool:
    """Whether the database of the last start is still there; a server's is always asked anew."""
    return not os.environ.get("DATABASE_URL") and (DATA_DIR / "pitch.sqlite3").exists()


def ensure_tables() -> None:
    tables = [*files_of_rooms("migrations/*.py"), RUN_LOCK]
    once(DATA_DIR / "stamps" / "tables", fingerprint(tables), lambda: manage("migrate", "-v0"), is_kept=has_database())


def ensure_static_files() -> None:
    sources = [*files_of_rooms("static/**/*"), RUN_LOCK]
    mark = fingerprint(sources, os.environ.get("DEBUG", ""))
    once(
        DATA_DIR / "stamps" / "static",
        mark,
        lambda: manage("collectstatic", "--noinput", "-v0"),
        is_kept=(DATA_DIR / "static").exists(),
    )


def ensure_content() -> None:
    sources = [*files_of_rooms("seeding/*.py"), *files_of_rooms("editions/*"), *files_of_rooms("reference/*")]
    once(
        DATA_DIR / "stamps" / "content",
        fingerprint(sources, environment()["DJANGO_SETTINGS_MODULE"]),
        lambda: manage("seed", tells=True),
        is_kept=has_database() and (DATA_DIR / "demo_accounts.json").exists(),
    )


# --- Serving -------------------------------------------------------------------------------------------------------


def refuse_taken_port() -> None:
    """Stop before minutes of work when the address cannot be had in the end."""
    if not PORT.isdigit() or not 0 < int(PORT) < 65536:
        raise Stop(f"PORT は 1〜65535 の数字です。 PORT must be a number from 1 to 65535: {PORT}")
    with socket.socket(socket.AF_INET6 if ":" in HOST else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, int(PORT)))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise Stop(
                    f"{HOST}:{PORT} は別のプログラムが使用中です。終了するか、別の番号を指定してください。\n"
                    f"{HOST}:{PORT} is in use by another program. Stop it, or choose another port:\n"
                    f"    make run PORT={int(PORT) + 1}"
                ) from None
            raise Stop(f"HOST={HOST} PORT={PORT} では待ち受けできません。 Cannot listen there: {error}") from None


def serve(began: float) -> None:
    """Become the server; a small process left beside it says when it answers, and ends."""
    server = os.getpid()
    if os.fork() == 0:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        welcome.greet(welcome.local_url(HOST, PORT), DATA_DIR / "demo_accounts.json", server=server, began=began)
        os._exit(0)
    os.chdir(CHECKOUT)
    os.execve(PYTHON, [str(PYTHON), "-m", "config.server"], environment())


# --- The verbs -----------------------------------------------------------------------------------------------------


def run() -> None:
    """Set up what is missing and serve the site until Ctrl-C."""
    began = time.monotonic()
    refuse_taken_port()
    steps = Steps(6)
    with steps.step("パッケージ（.venv） packages"):
        ensure_packages(dev=False)
    with steps.step("PDF 用のライブラリとフォント libraries for PDF"):
        ensure_system(dev=False)
    with steps.step(f"データベース（{DATA_DIR}） database"):
        ensure_tables()
    with steps.step("静的ファイル static files"):
        ensure_static_files()
    with steps.step("公開資料とデモ用の内容 content"):
        ensure_content()
    print("[6/6] サーバー server … ", end="", flush=True)
    serve(began)


def prove(module: str, arguments: Sequence[str], *, needs_programs: bool) -> None:
    """Hand over to a module of tests/, with everything the tests stand on."""
    steps = Steps(2 if needs_programs else 1)
    with steps.step("開発用パッケージ（.venv） packages"):
        ensure_packages(dev=True)
    if needs_programs:
        with steps.step("試験に使うプログラム programs the tests use"):
            ensure_system(dev=True)
    os.chdir(CHECKOUT)
    own = {**environment(), "DJANGO_SETTINGS_MODULE": "config.settings.test"}
    del own["DATA_DIR"], own["HOST"], own["PORT"]
    os.execve(PYTHON, [str(PYTHON), "-m", module, *arguments], own)


def lock() -> None:
    """Compile pyproject.toml into the two locks: exact versions, with hashes, for every platform."""
    ensure_packages(dev=True)
    options = ["--universal", "--generate-hashes", "--no-header", "--quiet", "--python-version", "3.11"]
    for target, group in ((RUN_LOCK, []), (DEV_LOCK, ["--group", "dev"])):
        call([VENV / "bin" / "uv", "pip", "compile", "pyproject.toml", *options, *group, "-o", target.name])


def main(arguments: Sequence[str]) -> None:
    verb, *rest = arguments or ["run"]
    verbs: dict[str, Callable[[], None]] = {
        "run": run,
        "test": lambda: prove("tests.suite", ["test", *rest], needs_programs=True),
        "check": lambda: prove("tests.suite", ["check", *rest], needs_programs=False),
        "faults": lambda: prove("tests.faults.submitting", rest, needs_programs=True),
        "bench": lambda: prove("tests.bench", rest, needs_programs=True),
        "lock": lock,
    }
    if verb not in verbs:
        raise Stop(f"{verb}? 使い方 usage: python3 site/bootstrap.py {' | '.join(verbs)}")
    verbs[verb]()


if __name__ == "__main__":
    # Printed lines leave at once, also through a pipe, and survive a terminal that knows no Japanese.
    sys.stdout.reconfigure(line_buffering=True, errors="replace")  # type: ignore[union-attr]
    try:
        main(sys.argv[1:])
    except Stop as stop:
        sys.exit(f"\n{stop}")
    except KeyboardInterrupt:
        sys.exit("\n中止しました。 Stopped.")
