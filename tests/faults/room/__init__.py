"""What happens to the live room when something breaks: two server processes, PostgreSQL, Redis, and people in it."""
