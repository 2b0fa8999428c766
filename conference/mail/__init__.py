"""The outbox: one row per mail and recipient, sent once by Celery."""
