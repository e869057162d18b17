"""Alembic's folder: env.py and the revisions in versions/. A revision is `pre_` (before the new code runs) or `post_` (after)."""
