"""The faces of this room in the Wagtail admin, one file a noun: the board, the desk, what is decided there, calls."""
