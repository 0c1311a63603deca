"""What every test starts from: the cast, and the services a test may ask for by name."""

pytest_plugins = ["tests.cast", "tests.emptying", "tests.services"]
