"""Both READMEs name every environment variable that settings and server read."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [*(ROOT / "site/config/settings").glob("*.py"), ROOT / "site/config/server.py"]
READ = re.compile(r"""(?:env\.\w+|environ\.get)\(\s*"([A-Z_]+)\"""")
NAMES = sorted({name for source in SOURCES for name in READ.findall(source.read_text(encoding="utf-8"))})


@pytest.mark.parametrize("readme", ["README.md", "README.ja.md"])
@pytest.mark.parametrize("name", NAMES)
def test_a_variable_is_explained(readme, name):
    assert f"`{name}`" in (ROOT / readme).read_text(encoding="utf-8")


def test_there_are_variables_to_explain():
    assert {"DATA_DIR", "SECRET_KEY", "DATABASE_URL", "REDIS_URL"} <= set(NAMES)
