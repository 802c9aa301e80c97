"""
A PostgreSQL server of one's own for tests: started where the machine has its programs, and gone afterwards.

pytest finds the fixtures ``esdh_postgres`` (the server) and ``esdh_postgres_url`` (a fresh database on it) by itself.
"""
