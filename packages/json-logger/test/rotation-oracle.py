"""Writes lines with Python's RotatingFileHandler: the arguments are a path, maxBytes and backupCount; standard input
holds runs separated by empty lines. Each run opens and closes the handler."""

import logging
import logging.handlers
import sys

path, max_bytes, backup_count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
for run in sys.stdin.read().split("\n\n"):
    handler = logging.handlers.RotatingFileHandler(path, maxBytes=max_bytes, backupCount=backup_count, encoding="utf-8")
    for line in run.split("\n"):
        handler.emit(logging.makeLogRecord({"msg": line}))
    handler.close()
