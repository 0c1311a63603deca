"""The public site's pages about people, one file a subject."""
