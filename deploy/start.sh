#!/bin/sh
# Fetches the model files that are missing (another container may be at it: this one waits), then starts.
set -eu
sounding models fetch
exec sounding "$@"
