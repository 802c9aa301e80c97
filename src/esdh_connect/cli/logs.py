"""The program's log: to stderr, as much as ``-v`` asks for, and never a CPR number. A library would not set it up."""

from __future__ import annotations

import logging
import sys

import structlog

from esdh_connect.ids import mask
from esdh_connect.log import mask_processor

__all__ = ["configure"]

#: Nothing here is ever logged as critical.
_LEVELS = (logging.CRITICAL, logging.INFO, logging.DEBUG)


def configure(count: int) -> None:
    """Show nothing, or from INFO (one ``-v``), or from DEBUG on: our own log, and what libraries say."""
    level = _LEVELS[min(count, len(_LEVELS) - 1)]
    structlog.configure(
        processors=[
            mask_processor,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Masking("timestamp=%(asctime)s level=%(levelname)s logger=%(name)s %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)


class _Masking(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        """Write the line, masked whole: traceback and all."""
        return mask(super().format(record))
