#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# In the host: runs ./guest.signed to its end, as $guest_kind says: protected or plain.
kind=''
[ "${guest_kind:-}" = protected ] || kind=--plain
# shellcheck disable=SC2086  # nothing, or one word
run-guest $kind --file ./guest.signed </dev/null
