"""Processes of this benchmark: started on a free port, waited for, measured, and ended by their own number."""

import os
import pathlib
import resource
import socket
import subprocess
import time
import urllib.error
import urllib.request

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
# Seconds until a server answers. LiteLLM imports for ten seconds, on a busy machine for more.
START_SECONDS = 90
END_SECONDS = 10


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def processors(is_pinned):
    """Two sets: for who is measured, and for everybody else. The same where there is only one, or they shall not differ."""
    own = sorted(os.sched_getaffinity(0))
    return ({own[0]}, set(own[1:])) if is_pinned and len(own) > 1 else (set(own), set(own))


def bound(places):
    """What a child does before it begins."""
    return lambda: os.sched_setaffinity(0, places)


def busy_seconds():
    """Processor seconds that all processes of the machine have used."""
    fields = [int(field) for field in pathlib.Path("/proc/stat").read_text().split("\n")[0].split()[1:9]]
    user, nice, system, _idle, _wait, irq, softirq, _steal = fields
    return (user + nice + system + irq + softirq) / TICKS


def own_seconds():
    """Processor seconds of this process and of its children that have ended."""
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


class Server:
    """A server with a log, which is shown when it does not start."""

    def __init__(self, command, port, ready, log, places, environment=None):
        self.port = port
        self.log = log
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                [str(word) for word in command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                # Whoever keeps something where it is started keeps it there: Ferrite its compiled components.
                cwd=log.parent,
                env={**os.environ, **(environment or {})},
                preexec_fn=bound(places),
            )
        try:
            self._wait(f"http://127.0.0.1:{port}{ready}")
        except BaseException:
            self.close()
            raise

    def _wait(self, url):
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                with urllib.request.urlopen(url, timeout=2):
                    return
            except urllib.error.HTTPError:
                return  # Whoever says no is there.
            except OSError:
                pass
            if self.process.poll() is not None or time.monotonic() > deadline:
                end = self.log.read_text(errors="replace")[-2000:]
                raise SystemExit(f"{self.process.args[0]} does not serve {url}; its last words:\n{end}")
            time.sleep(0.05)

    def family(self):
        """Its number, and those of the processes that it has started."""
        found, looked = [self.process.pid], 0
        while looked < len(found):
            for file in pathlib.Path(f"/proc/{found[looked]}/task").glob("*/children"):
                try:
                    found += [int(child) for child in file.read_text().split()]
                except OSError:
                    continue  # The thread has ended meanwhile.
            looked += 1
        return found

    def resident(self):
        """Bytes of memory of it and its children."""
        total = 0
        for pid in self.family():
            try:
                total += int(pathlib.Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
            except OSError:
                continue
        return total

    def seconds(self):
        """Processor seconds of it and its children, the kernel's for them included."""
        total = 0
        for pid in self.family():
            try:
                fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                total += int(fields[11]) + int(fields[12])
            except OSError:
                continue
        return total / TICKS

    def close(self):
        """Ends it, and waits for that."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self.process.wait()
