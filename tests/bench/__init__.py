"""Figures of the hot paths (`python -m tests.bench`): the product on PostgreSQL beside what it could be at best."""
