# shellcheck shell=bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by tests/ui/run and tools/run: a screen, a Korean locale and a session of their own.

# Sets LANG to Korean; where the machine has no such locale it is made in FOLDER, which needs no root.
display_korean() { # FOLDER
  unset LC_ALL LC_MESSAGES
  export LANG=ko_KR.UTF-8 LANGUAGE=ko
  if locale -a 2>/dev/null | grep -qix 'ko_KR\.utf-\?8'; then return; fi
  if [ ! -d "$1/ko_KR.UTF-8" ]; then
    mkdir -p "$1"
    localedef -i ko_KR -f UTF-8 "$1/.ko_KR.UTF-8.$$" >/dev/null
    mv -T "$1/.ko_KR.UTF-8.$$" "$1/ko_KR.UTF-8" 2>/dev/null || rm -rf "$1/.ko_KR.UTF-8.$$"
  fi
  export LOCPATH=$1
}

# Starts Xvfb on a free display, sets DISPLAY and XVFB_PID.
display_start() { # WIDTHxHEIGHT FOLDER
  local ready=$2/display
  mkfifo "$ready"
  Xvfb -displayfd 9 -screen 0 "$1x24" -nolisten tcp -noreset 9>"$ready" >"$2/xvfb.log" 2>&1 &
  export XVFB_PID=$!
  local number=
  read -r -t 20 number <"$ready" || true
  rm -f "$ready"
  if [ -z "$number" ]; then
    cat "$2/xvfb.log" >&2
    echo "Xvfb did not start" >&2
    return 1
  fi
  export DISPLAY=:$number GDK_BACKEND=x11 LIBGL_ALWAYS_SOFTWARE=1
  # OpenGL in software compiles shaders for seconds in each program
  export GSK_RENDERER=${GSK_RENDERER:-cairo}
  unset WAYLAND_DISPLAY
}

# Settings, caches and sockets of their own below FOLDER, so that nothing of the user's is read or changed.
display_session_folders() { # FOLDER
  export XDG_CONFIG_HOME=$1/config XDG_DATA_HOME=$1/data XDG_STATE_HOME=$1/state
  export XDG_CACHE_HOME=$1/cache XDG_RUNTIME_DIR=$1/run GSETTINGS_BACKEND=keyfile
  mkdir -p "$XDG_CONFIG_HOME/gtk-4.0" "$XDG_DATA_HOME" "$XDG_STATE_HOME" "$XDG_CACHE_HOME"
  mkdir -p "$XDG_RUNTIME_DIR"
  chmod 0700 "$XDG_RUNTIME_DIR"
  # What is on screen then stands still as soon as it is there.
  printf '[Settings]\ngtk-enable-animations=0\ngtk-cursor-blink=0\n' >"$XDG_CONFIG_HOME/gtk-4.0/settings.ini"
  # No keyring starts by itself, which would ask for a password; a test that needs one starts it.
  mkdir -p "$XDG_DATA_HOME/dbus-1/services"
  printf '[D-BUS Service]\nName=org.freedesktop.secrets\nExec=/bin/false\n' \
    >"$XDG_DATA_HOME/dbus-1/services/org.freedesktop.secrets.service"
}
