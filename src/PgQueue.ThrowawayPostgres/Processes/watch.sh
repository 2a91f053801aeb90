# Stops what runs in a directory once the input closes: its owner closed it, or died.
# Arguments: the directory, the pid file, the signal, and "remove" or "keep" for the directory.
# Ends with 1 if the process outlived the signal and the directory is kept.
trap '' INT HUP TERM
exec >/dev/null 2>&1
directory=$1 pid_file=$2 signal=$3 after=$4
read -r nothing

# The process is ours only if its command line names our directory: its number may have been given to another.
# A zombie, which lasts where nobody reaps orphans, has no command line and counts as gone.
runs() {
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

pid=$(head -n 1 "$pid_file")
if [ -n "$pid" ] && runs; then
  kill -s "$signal" "$pid"
  turns=0
  while runs && [ "$turns" -lt 1000 ]; do
    turns=$((turns + 1))
    sleep 0.02
  done
  if runs; then
    [ "$after" = remove ] || exit 1
    kill -s KILL "$pid"
  fi
fi

[ "$after" = remove ] || exit 0
cd /
rm -rf -- "$directory" || { sleep 1; rm -rf -- "$directory"; }
