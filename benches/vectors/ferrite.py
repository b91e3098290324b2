"""A Ferrite server of our own, and its indexes over RESP."""

import os
import pathlib
import socket
import subprocess
import tempfile
import time

from libraries import resident

# Commands that are sent before the first reply is waited for.
PIPELINE = 64
PATIENCE_SECONDS = 600
# Vectors of the index that comes before the one that is measured.
WARM_UP = 500


def binary(given):
    """The program: what was given, FERRITE_BINARY, or what `cargo build --release` made."""
    built = pathlib.Path(__file__).resolve().parents[2] / "target/release/ferrite"
    path = pathlib.Path(given or os.environ.get("FERRITE_BINARY") or built)
    if not path.is_file():
        raise SystemExit(f"no ferrite at {path}: build it with `cargo build --release`, or name one with --ferrite")
    return path


def command(*words):
    """A command as it goes over the wire."""
    words = [word if isinstance(word, bytes) else str(word).encode() for word in words]
    return b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%b\r\n" % (len(word), word) for word in words)


class Server:
    """A process on a free port of this machine, without a snapshot."""

    def __init__(self, path):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.directory = tempfile.TemporaryDirectory()
        arguments = [path, "--port", str(port), "--dir", self.directory.name, "--save", "", "--loglevel", "warning"]
        self.process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while True:
            try:
                self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS)
                break
            except OSError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    self.close()
                    raise SystemExit(f"{path} does not serve, see above") from None
                time.sleep(0.02)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.left = b""

    def processor(self):
        """Seconds of processor time until now, of all its threads."""
        # What clock_getcpuclockid(3) makes of a process' number: /proc counts in hundredths of a second only.
        return time.clock_gettime(~self.process.pid << 3 | 2)

    def memory(self):
        return resident(self.process.pid)

    def accounted(self):
        """The bytes that the store itself counts (`used_memory`)."""
        lines = self.run([command("INFO", "memory")]).split(b"\r\n")
        return next(int(line.split(b":")[1]) for line in lines if line.startswith(b"used_memory:"))

    def run(self, commands):
        """Runs commands in pipelines, one ahead of the one that is waited for; their replies as they came."""
        replies, waiting = [], 0
        for first in range(0, len(commands), PIPELINE):
            self.socket.sendall(b"".join(commands[first : first + PIPELINE]) + PING)
            waiting += 1
            if waiting == 2:
                replies.append(self._until_pong())
                waiting -= 1
        replies += [self._until_pong() for _ in range(waiting)]
        return b"".join(replies)

    def _until_pong(self):
        read = self.left
        while (end := read.find(PONG)) < 0:
            more = self.socket.recv(1 << 20)
            if not more:
                raise SystemExit("ferrite closed the connection")
            read += more
        replies, self.left = read[:end], read[end + len(PONG) :]
        if replies.startswith(b"-") or b"\r\n-" in replies:
            error = next(line for line in replies.split(b"\r\n") if line.startswith(b"-"))
            raise SystemExit(f"ferrite says {error.decode()}")
        return replies

    def close(self):
        """Ends the process that was started here, by its number."""
        self.process.terminate()
        self.process.wait()
        self.directory.cleanup()


# Marks the end of a pipeline's replies: ids are numbers, no reply looks like this.
PING, PONG = command("ECHO", "ferrite-end-of-pipeline"), b"$23\r\nferrite-end-of-pipeline\r\n"


class Contender:
    """An index, alone in a server. Ids are the numbers of the vectors."""

    name = "ferrite"

    def __init__(self, program, data, kind, ef_construction):
        self.server, self.kind, self.key = Server(program), kind, "index"
        self.blobs = [vector.tobytes() for vector in data.vectors.astype("<f4")]
        self.queries = [query.tobytes() for query in data.queries.astype("<f4")]
        # Seconds of the server's own time that the last call took.
        self.processor = 0.0
        options = ["DIM", data.vectors.shape[1], "DISTANCE", data.distance, "TYPE", kind]
        if ef_construction:
            options += ["EF_CONSTRUCTION", ef_construction]
        try:
            # What the first use of anything brings into memory is none of the index': a small one comes and goes before.
            self.server.run([command("VECTOR.CREATE", self.key, *options)])
            self.add(0, WARM_UP)
            self.server.run([command("VECTOR.SEARCH", self.key, "K", 10, query) for query in self.queries])
            self.server.run([command("VECTOR.DROP", self.key), command("VECTOR.CREATE", self.key, *options)])
        except SystemExit:
            self.close()
            raise
        self.base, self.base_accounted = self.server.memory(), self.server.accounted()

    def _timed(self, commands):
        began, before = time.perf_counter(), self.server.processor()
        replies = self.server.run(commands)
        self.processor = self.server.processor() - before
        return time.perf_counter() - began, replies

    def add(self, first, end):
        return self.add_some(range(first, end))

    def add_some(self, numbers):
        """Adds some vectors; seconds."""
        return self._timed([command("VECTOR.ADD", self.key, number, self.blobs[number]) for number in numbers])[0]

    def remove_some(self, numbers):
        """Deletes some vectors; seconds."""
        return self._timed([command("VECTOR.DEL", self.key, number) for number in numbers])[0]

    def search(self, k, ef):
        commands = [command("VECTOR.SEARCH", self.key, "K", k, query, "EF", max(ef, k)) for query in self.queries]
        seconds, replies = self._timed(commands)
        return seconds, ids(replies)

    def memory(self):
        return self.server.memory() - self.base

    def accounted(self):
        return self.server.accounted() - self.base_accounted

    def close(self):
        self.server.close()


def ids(replies):
    """Arrays of numbers from bulk strings."""
    lines, found, at = replies.split(b"\r\n"), [], 0
    while at < len(lines) and lines[at].startswith(b"*"):
        count = int(lines[at][1:])
        found.append([int(id) for id in lines[at + 2 : at + 2 + 2 * count : 2]])
        at += 1 + 2 * count
    return found
