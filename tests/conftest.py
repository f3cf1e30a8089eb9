"""Fixtures that several categories share."""

from tests.postgres import bare_url, open_folder, postgres_server, postgres_url

__all__ = ["bare_url", "open_folder", "postgres_server", "postgres_url"]
