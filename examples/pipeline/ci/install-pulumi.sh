#!/usr/bin/env bash
# Gets this version of the Pulumi CLI, and prints the folder to put first on PATH.
# It is no package of package.json: the `pulumi` of node_modules/.bin ends at the first signal and leaves the CLI running.
set -euo pipefail
version=3.259.0
npx --yes "pulumi@$version" version >&2
echo "${PULUMI_HOME:-$HOME/.pulumi}/versions/$version/bin"
