"""Makes a query that differs smaller, as long as it still differs."""

import time

SECONDS = 30  # bounds the search; the query found so far is given then


def smallest(asked, verdict):
    """The query with every part gone that the difference does not need."""
    until = time.monotonic() + SECONDS
    smaller = asked
    while smaller is not None:
        asked = smaller
        smaller = next((less for less in asked.less()
                        if time.monotonic() < until and verdict(less)), None)
    return asked
