"""Django's command line for this checkout: `python site/manage.py check` works installed or not, from any directory."""

import os
import sys
from pathlib import Path

SOURCE_ROOTS = [str(Path(__file__).resolve().parent.parent), str(Path(__file__).resolve().parent)]


def main() -> None:
    sys.path[:] = [*SOURCE_ROOTS, *(path for path in sys.path if path not in SOURCE_ROOTS)]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.development")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
