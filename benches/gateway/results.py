"""What was measured: figures of the rounds, their medians, and what a gateway adds to the upstream."""

import statistics


class Results:
    """Figures by contender and name, one a round; None where a round has none."""

    def __init__(self):
        self.figures = {}
        self.notes = []

    def add(self, contender, name, value):
        self.figures.setdefault((contender, name), []).append(value)

    def note(self, text):
        if text not in self.notes:
            self.notes.append(text)

    def median(self, contender, name):
        """None where nothing was measured."""
        values = [value for value in self.figures.get((contender, name), []) if value is not None]
        return statistics.median(values) if values else None

    def _pairs(self, contender, base, name):
        """The figures of two in the same rounds."""
        own, theirs = self.figures.get((contender, name), []), self.figures.get((base, name), [])
        return [(a, b) for a, b in zip(own, theirs) if a is not None and b is not None]

    def added(self, contender, name):
        """Median, least and most of what it took longer than the upstream alone, round by round."""
        return spread([own - direct for own, direct in self._pairs(contender, "direct", name)])

    def ratio(self, contender, base, name):
        """Median, least and most of how many times the base's figure its own is, round by round."""
        return spread([own / other for own, other in self._pairs(contender, base, name) if other])


def spread(values):
    return (statistics.median(values), min(values), max(values)) if values else None
