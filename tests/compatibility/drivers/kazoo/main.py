"""kazoo against a server: `main.py --list`, or `main.py HOSTS SCENARIO...`; prints one JSON object per step."""
import logging
import os
import sys

logging.disable(logging.CRITICAL)

from driver import SCENARIOS, emit, run  # noqa: E402
import acls  # noqa: E402,F401
import basics  # noqa: E402,F401
import failover  # noqa: E402,F401
import limits  # noqa: E402,F401
import recipes  # noqa: E402,F401
import recipes_more  # noqa: E402,F401
import sessions  # noqa: E402,F401
import transactions  # noqa: E402,F401
import watches  # noqa: E402,F401

if sys.argv[1] == "--list":
    for name, (_, disruptive) in SCENARIOS.items():
        emit({"scenario": name, "disruptive": disruptive})
else:
    for name in sys.argv[2:]:
        run(name, sys.argv[1])
    sys.stdout.flush()
    # Threads of recipes that still wait for something would keep the process.
    os._exit(0)
