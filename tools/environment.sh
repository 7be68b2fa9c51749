# Sourced by ./photoscribe and ./test, which set $root, the checkout.
# use_environment NAME LOCK sets $environment to a folder with the locked packages and photoscribe itself,
# and makes it first where it is missing or older than the lock. A start that finds it ready costs three `cmp`
# and a checksum of the web app's sources.

use_environment() {
  lock=$root/$2
  environment=$root/.environments/$1
  if is_ready; then return; fi
  if [ ! -w "$root" ]; then
    if [ -z "${XDG_CACHE_HOME:-${HOME:-}}" ]; then
      refuse "photoscribe may not write into $root, and HOME is not set: set HOME to a folder of yours."
    fi
    number=$(printf %s "$root" | cksum)
    environment=${XDG_CACHE_HOME:-$HOME/.cache}/photoscribe/environments/$1-${number%% *}
    if is_ready; then return; fi
  fi
  find_python
  "$python" -I "$root/tools/environment.py" "$root" "$environment" "$lock" >&2 || exit
}

# The files are what the environment was made from; they are written last.
is_ready() {
  [ -x "$environment/bin/python" ] && [ -f "$environment/made-from/root" ] &&
    IFS= read -r made_at < "$environment/made-from/root" && [ "$made_at" = "$root" ] &&
    cmp -s "$lock" "$environment/made-from/lock" &&
    cmp -s "$root/pyproject.toml" "$environment/made-from/pyproject.toml" &&
    list_ui | cmp -s - "$environment/made-from/ui"
}

# The sources of the web app, each with its checksum: 4 ms for 150 files, 2026-11-20. Nothing where there are none.
list_ui() {
  if [ ! -d "$root/ui/src" ]; then return; fi
  (cd "$root/ui" && find src public building package-lock.json index.html vite.config.ts -type f \
    ! -name '*.test.ts' -exec cksum {} + 2> /dev/null) || :
}

# Sets $python to the file itself, not a link such as python3: a link would silently become another version one day.
# 3.14 is the newest for which all of the locked packages are built.
find_python() {
  seen=
  for candidate in python3.14 python3.13 python3.12 python3.11 python3 python; do
    if ! command -v "$candidate" > /dev/null 2>&1; then continue; fi
    if python=$("$candidate" -I -c "
import os, sys
if not (3, 11) <= sys.version_info < (3, 15):
    sys.exit(1)
print(os.path.realpath(getattr(sys, '_base_executable', sys.executable)))
" 2> /dev/null); then return; fi
    seen=$("$candidate" -c "import sys; print('; found only %d.%d' % sys.version_info[:2])" 2> /dev/null) || seen=
  done
  refuse "photoscribe needs Python 3.11 to 3.14$seen. Install one (Debian, Ubuntu: apt install python3 python3-venv;" \
    "macOS: brew install python@3.13) and run this again."
}

refuse() {
  echo "$*" >&2
  exit 1
}
