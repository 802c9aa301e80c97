"""
PostgreSQL for esdh_connect: many workers on many machines.

The outbox on PostgreSQL is the core's own code; what is here is the driver it needs, a worker engine, and a server
to test with.
"""
