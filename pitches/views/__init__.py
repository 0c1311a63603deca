"""The faces of this room on the public site: calls for everyone, proposals for their vendor."""
