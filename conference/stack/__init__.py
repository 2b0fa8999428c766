"""The embedded PostgreSQL and Valkey, and the supervisor of `make run`.

Nothing in here imports Django's ORM or settings (except `supervisor`'s children, which are processes of their own),
so that the settings themselves may ask `addresses` where the servers are.
"""
