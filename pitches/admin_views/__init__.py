"""The faces of this room in the Wagtail admin: screening, and calls with their extensions."""
