#!/bin/sh
exec "$(dirname "$0")/compare.py" library
