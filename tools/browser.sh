#!/bin/sh
# Chromium and a Chinese font for the browser tests: taken from the system's package manager if it may, else said in one line.
set -u
have() { command -v "$1" >/dev/null 2>&1; }
if (have chromium || have chromium-browser || have google-chrome) && fc-list :lang=zh 2>/dev/null | grep -q .; then exit 0; fi
if have apt-get && [ "$(id -u)" = 0 ]; then
    echo "Installing Chromium and a Chinese font for the browser tests (once) …"
    export DEBIAN_FRONTEND=noninteractive
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fontconfig fonts-noto-cjk fonts-noto-color-emoji; } >/dev/null 2>&1 ||
        echo "Chromium could not be installed: the tests marked 'browser' will be skipped."
else
    echo "No Chromium: the tests marked 'browser' are skipped. Install the packages chromium and fonts-noto-cjk to run them."
fi
exit 0
