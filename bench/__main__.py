"""`./script/bench [NAME …]`: runs benchmarks, prints `name value unit (compared with)`."""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from bench import call, intake, kb, lists, live, recalendar, suggest, sweep
from bench.figures import Figure
from script.launcher.bootstrap import heed_signals

BENCHES: dict[str, Callable[..., list[Figure]]] = {
    "call": call.run,
    "intake": intake.run,
    "kb": kb.run,
    "lists": lists.run,
    "live": live.run,
    "recalendar": recalendar.run,
    "suggest": suggest.run,
    "sweep": sweep.run,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the named benchmarks, all without names; the exit status."""
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHES))
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    parser.add_argument("--articles", type=Path, metavar="F", help="kb: id, question, answer")
    parser.add_argument("--queries", type=Path, metavar="F", help="kb: query, id")
    given = parser.parse_args(arguments)
    if (given.articles is None) != (given.queries is None):
        parser.error("--articles and --queries go together")
    unknown = [name for name in given.names if name not in BENCHES]
    if unknown:
        parser.error(f"no benchmark is called {unknown[0]}; there are: {', '.join(BENCHES)}")
    heed_signals()
    figures: list[Figure] = []
    for name in given.names or BENCHES:
        files = {"articles": given.articles, "queries": given.queries} if name == "kb" else {}
        for figure in BENCHES[name](**files):
            sys.stdout.write(f"{figure.line()}\n")
            sys.stdout.flush()
            figures.append(figure)
    if given.json:
        given.json.write_text(json.dumps([vars(one) for one in figures], indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
