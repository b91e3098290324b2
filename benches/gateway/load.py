"""The load generator, and what it reports."""

import json
import subprocess
import time
import urllib.request

from processes import bound

# Seconds beyond those that were asked for, after which something is wrong.
PATIENCE_SECONDS = 60
# Seconds of a phase that are not counted.
WARM_UP_SECONDS = 1.0
# Seconds until all requests that are held have reached the upstream.
RAMP_SECONDS = 40


class Load:
    """The program, and where it may run."""

    def __init__(self, program, places):
        self.program, self.places = program, places

    def _command(self, contender, how, options, stream=False, model="fast", timeout=30):
        command = [self.program, "--url", contender.url, "--model", model, "--timeout", timeout]
        for header in contender.headers:
            command += ["--header", header]
        command += ["--stream"] if stream else []
        for name, value in options.items():
            how = [*how, f"--{name}", value]
        return [str(word) for word in [*command, *how]]

    def _run(self, command, seconds):
        done = subprocess.run(
            command, stdout=subprocess.PIPE, timeout=seconds + PATIENCE_SECONDS, check=True, preexec_fn=bound(self.places)
        )
        return json.loads(done.stdout)

    def open(self, contender, rate, seconds, seed, stream=False):
        """At a fixed rate."""
        options = {"rate": rate, "seconds": seconds, "warm-up": WARM_UP_SECONDS, "seed": seed}
        return self._run(self._command(contender, ["open"], options, stream), seconds)

    def closed(self, contender, connections, seconds, warm_up=WARM_UP_SECONDS):
        """As fast as it can."""
        options = {"connections": connections, "seconds": seconds, "warm-up": warm_up}
        return self._run(self._command(contender, ["closed"], options), seconds)

    def hold(self, contender, mock, requests, look):
        """Holds requests open and calls `look` when they have reached the upstream; how many did, and what it returned."""
        seen = total(mock)
        options = {"requests": requests, "seconds": RAMP_SECONDS + PATIENCE_SECONDS}
        command = self._command(contender, ["hold"], options, model="slow", timeout=600)
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, preexec_fn=bound(self.places))
        try:
            deadline = time.monotonic() + RAMP_SECONDS
            while total(mock) - seen < requests and time.monotonic() < deadline and process.poll() is None:
                time.sleep(0.25)
            # What the last of them bring into memory is part of it.
            time.sleep(1)
            return total(mock) - seen, look()
        finally:
            process.kill()
            process.wait()


def total(mock):
    """Requests that the upstream has seen so far."""
    with urllib.request.urlopen(f"http://127.0.0.1:{mock.port}/mock/requests", timeout=10) as answer:
        return json.load(answer)["total"]
