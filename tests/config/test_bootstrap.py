"""What was done before is not done again, and what changed is."""

import importlib.util
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def bootstrap():
    spec = importlib.util.spec_from_file_location("bootstrap", CHECKOUT / "site" / "bootstrap.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["bootstrap"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def times(bootstrap, tmp_path):
    """times(mark, is_kept=True): how often the work has been done after asking for it once more."""
    done = []

    def ask(mark, **options):
        bootstrap.once(tmp_path / "stamps" / "work", mark, lambda: done.append(mark), **options)
        return len(done)

    return ask


def test_work_is_done_once_for_the_same_mark(times):
    assert [times("a"), times("a"), times("b"), times("b"), times("a")] == [1, 1, 2, 2, 3]


def test_work_whose_result_is_gone_is_done_again(times):
    assert [times("a"), times("a", is_kept=False)] == [1, 2]


def test_work_that_failed_is_done_again(bootstrap, tmp_path):
    stamp = tmp_path / "stamp"
    stamp.write_text("old")
    with pytest.raises(ZeroDivisionError):
        bootstrap.once(stamp, "new", lambda: 1 / 0)
    assert not stamp.exists()


def test_a_fingerprint_sees_every_byte_and_every_name(bootstrap, tmp_path, monkeypatch):
    monkeypatch.setattr(bootstrap, "CHECKOUT", tmp_path)
    first, second = tmp_path / "a", tmp_path / "b"
    first.write_text("1")
    second.write_text("2")
    before = bootstrap.fingerprint([first, second])
    assert bootstrap.fingerprint([second, first]) == before
    first.write_text("1 ")
    assert bootstrap.fingerprint([first, second]) != before
    first.write_text("2")
    second.write_text("1")
    assert bootstrap.fingerprint([first, second]) != before


def test_a_tool_that_fails_stops_with_its_own_words(bootstrap):
    with pytest.raises(bootstrap.Stop, match="no such thing"):
        bootstrap.call([sys.executable, "-c", "import sys; sys.exit('no such thing')"])


def test_what_a_start_writes_is_none_of_its_sources(bootstrap, tmp_path, monkeypatch):
    """DATA_DIR is often `var/` in the checkout: static files collected there must not ask to be collected again."""
    monkeypatch.setattr(bootstrap, "CHECKOUT", tmp_path)
    for name in ("pitches/static/a.css", "site/pages/static/js/b.js", "var/static/a.css", ".venv/x/static/c.css"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).touch()
    found = {str(path.relative_to(tmp_path)) for path in bootstrap.files_of_rooms("static/**/*")}
    assert found == {"pitches/static/a.css", "site/pages/static/js/b.js"}


def test_everything_a_stamp_depends_on_is_found(bootstrap):
    names = {str(path.relative_to(CHECKOUT)) for path in bootstrap.files_of_rooms("migrations/*.py")}
    assert {"pitches/migrations/0001_initial.py", "site/accounts/migrations/0001_initial.py"} <= names
    assert bootstrap.files_of_rooms("seeding/*.py")
    assert bootstrap.files_of_rooms("editions/*")
    assert bootstrap.files_of_rooms("reference/*")
