# Stops what runs in a directory once the input closes: its owner closed it, or died.
# Arguments: the directory, the pid file, the signal, and "remove" or "keep" for the directory.
# Ends with 1 if the process outlived the signal and the directory is kept.
trap '' INT HUP TERM
exec >/dev/null 2>&1
directory=$1 pid_file=$2 signal=$3 after=$4
read -r nothing

# The process is ours only if its command line names our directory: its number may have been given to another.
is_ours() {
  if [ -d /proc/self ]; then
    command_line=$(tr '\000' ' ' <"/proc/$pid/cmdline")
  else
    command_line=$(ps -ww -o args= -p "$pid")
  fi
  case $command_line in
    *"$directory"*) return 0 ;;
  esac
  return 1
}

# A zombie, which lasts where nobody reaps orphans, counts as gone. A command line that is gone does not:
# a dying process loses it before its sockets.
lives() {
  if [ -d /proc/self ]; then
    state=$(grep '^State:' "/proc/$pid/status") || return 1
    state=${state#State:?}
  else
    state=$(ps -o stat= -p "$pid")
  fi
  case $state in
    '' | Z* | X*) return 1 ;;
  esac
  return 0
}

pid=$(head -n 1 "$pid_file")
if [ -n "$pid" ] && is_ours; then
  kill -s "$signal" "$pid"
  turns=0
  while lives && [ "$turns" -lt 1000 ]; do
    turns=$((turns + 1))
    sleep 0.02
  done
  if is_ours && lives; then
    [ "$after" = remove ] || exit 1
    kill -s KILL "$pid"
  fi
fi

[ "$after" = remove ] || exit 0
cd /
rm -rf -- "$directory" || { sleep 1; rm -rf -- "$directory"; }
