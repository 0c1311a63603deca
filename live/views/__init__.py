"""The faces of this room, one file a noun."""
