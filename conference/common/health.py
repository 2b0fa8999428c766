"""Probes for load balancers: whether the process is alive, and whether it can serve."""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe
from django_redis import get_redis_connection
from redis.exceptions import RedisError

from conference.common.access import PUBLIC


@PUBLIC
@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    """Answer that the process is alive; asks nothing of any other."""
    return JsonResponse({"ok": True})


@PUBLIC
@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    """Answer which of database, migrations and Redis are ready: 200 when all are, else 503."""
    parts = {"database": _database(), "redis": _redis()}
    parts["migrations"] = parts["database"] and _migrated()
    ready = all(parts.values())
    return JsonResponse({"ok": ready, **parts}, status=200 if ready else 503)


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _migrated() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _redis() -> bool:
    try:
        return bool(get_redis_connection().ping())
    except RedisError:
        return False
