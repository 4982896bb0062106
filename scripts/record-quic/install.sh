#!/bin/sh
# Makes two Debian roots with the programs that record.mjs runs. Usage: sudo sh install.sh FOLDER   (about 2 GB)
set -e
mkdir -p "$1"
debootstrap --variant=minbase trixie "$1/trixie" http://deb.debian.org/debian
chroot "$1/trixie" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
  nginx haproxy curl python3-aioquic ngtcp2-server ngtcp2-client firefox-esr libnss3-tools
# Caddy with HTTP/3 as it is today is in unstable only.
debootstrap --variant=minbase sid "$1/sid" http://deb.debian.org/debian
chroot "$1/sid" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends caddy
# Chromium, tcpdump, openssl, python3 and iproute2 are those of the machine itself.
