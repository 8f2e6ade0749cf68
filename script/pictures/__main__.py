"""`script/screenshots [NAME …]`: takes the pictures in docs/pictures anew, all or those named.

A hotline of its own is started with fresh demo data, so every run shows the same matters; only
times differ. The surprise: its quiet hours are switched off, or at night no text would come.
"""

import argparse
import sys
from collections.abc import Sequence

import psycopg
from playwright.sync_api import Error
from psycopg.types.json import Jsonb

from bench.running import Hotline, hotline
from hotline.vardir import ROOT
from script.launcher import browser
from script.launcher.bootstrap import heed_signals
from script.launcher.errors import LaunchError
from script.pictures import beside, calling, tour
from script.pictures.stage import stage

FOLDER = ROOT / "docs" / "pictures"
ALL_DAY = [{"since": "00:00", "until": "12:00"}, {"since": "12:00", "until": "23:59:59"}]
SETTINGS = {
    "MessageRules.quiet_from": "00:00:00",
    "MessageRules.quiet_until": "00:00:00",  # beginning and end equal: never quiet
    "CallbackRules.bands": ALL_DAY,
}
STORE = "INSERT INTO settings (name, value, changed_at, changed_by) VALUES (%s, %s, now(), %s)"


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; the exit status."""
    parser = argparse.ArgumentParser(prog="script/screenshots", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="pictures to replace, else all")
    wanted = parser.parse_args(arguments).names
    heed_signals()
    browser.ensure()
    FOLDER.mkdir(exist_ok=True)
    try:
        with hotline("pictures") as running:
            kept = _take(running, wanted)
    except (LaunchError, LookupError, Error) as wrong:
        print(f"Taking the pictures failed: {wrong}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    print(f"{len(kept)} pictures in {FOLDER.relative_to(ROOT)}: {', '.join(kept)}")
    return 0 if kept else 1


def _take(running: Hotline, wanted: Sequence[str]) -> list[str]:
    with psycopg.connect(running.database_url) as connection:
        for name, value in SETTINGS.items():
            connection.execute(STORE, (name, Jsonb(value), "system"))
    web = f"http://{running.host}:{running.port}"
    booth = f"http://{running.host}:{running.port + 1}"
    with stage(web, booth, FOLDER, wanted) as on_stage:
        tour.walk(on_stage)
        calling.ring(on_stage)
        beside.look(on_stage)
        return on_stage.kept


if __name__ == "__main__":
    sys.exit(main())
