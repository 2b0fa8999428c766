"""Log lines as JSON: one object a line, so that a newline in somebody's name forges no line."""

import structlog

CHAIN = [
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]
LINE = structlog.processors.JSONRenderer()
