#!/usr/bin/env bash
# All C++ files are formatted as .clang-format says. Versions of clang-format differ in details: this is 19's.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.."
if ! command -v clang-format-19 >/dev/null; then
  echo "no clang-format-19 here"
  exit 77
fi
find core sim checkers scenarios tools tests -name '*.cpp' -print0 -o -name '*.hpp' -print0 |
  xargs -0 clang-format-19 --dry-run -Werror
