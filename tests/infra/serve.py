#!/usr/bin/env python3
"""Serve a directory over HTTP on a free port of the loopback interface; write the port to a file, end with the parent.

usage: serve.py DIRECTORY PORTFILE [LOGFILE]
"""

from __future__ import annotations

import functools
import http.server
import os
import sys
import threading
import time


class Handler(http.server.SimpleHTTPRequestHandler):
    def do_GET(self) -> None:
        """As usual, but what is below /slow/ takes its time, and what is below /short/ ends early."""
        kind, _, rest = self.path.lstrip("/").partition("/")
        if kind not in ("slow", "short"):
            super().do_GET()
            return
        with open(os.path.join(self.directory, rest), "rb") as file:
            data = file.read()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        half = len(data) // 2
        self.wfile.write(data[:half])
        if kind == "slow":
            self.wfile.flush()
            time.sleep(2)
            self.wfile.write(data[half:])

    def log_message(self, format: str, *args: object) -> None:
        if len(sys.argv) > 3:
            with open(sys.argv[3], "a", encoding="utf-8") as log:
                log.write(format % args + "\n")


def main() -> None:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=sys.argv[1]))
    with open(sys.argv[2] + ".new", "w", encoding="ascii") as file:
        file.write(str(server.server_address[1]))
    os.rename(sys.argv[2] + ".new", sys.argv[2])
    threading.Thread(target=server.serve_forever, daemon=True).start()
    parent = os.getppid()
    while os.getppid() == parent:
        time.sleep(0.2)


if __name__ == "__main__":
    main()
