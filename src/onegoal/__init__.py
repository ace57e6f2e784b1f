"""onegoal: marketing and sales under one goal, measured by one KPI."""

from __future__ import annotations

import sys

try:
    import pysqlite3
except ImportError:  # no wheel for this platform: the start-up check judges the stock library
    pass
else:
    # Stock SQLite before 3.51.3 can corrupt a database that several processes write in WAL mode.
    sys.modules["sqlite3"] = pysqlite3
    sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2
