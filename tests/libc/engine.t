#!/bin/sh
exec "$(dirname "$0")/runner.py" engine
