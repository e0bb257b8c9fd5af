#!/bin/sh
# Asks a server with curl: sh examples/client.sh http://localhost:7860 seven.png
set -eu
server=$1 picture=$2

# One digit in a picture, then one drawn with a pen, then all digits of a picture.
curl --fail-with-body --silent --show-error --form "image=@$picture" "$server/api/predict"
echo
curl --fail-with-body --silent --show-error --json '{"strokes": [[[60, 60], [220, 60], [120, 260]]]}' "$server/api/predict"
echo
curl --fail-with-body --silent --show-error --form "image=@$picture" "$server/api/read"
echo
