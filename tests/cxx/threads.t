#!/bin/sh
exec "$(dirname "$0")/compare.py" threads
