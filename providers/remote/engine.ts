/**
 * Whether the engine runs, without talking to it: its socket would start one that is stopped. Its own note says so, and takes no
 * process to read; systemd is asked where there is none, or it is an old one.
 */
export const ENGINE_RUNS = `engine_runs() {
  engine_pid= engine_comm=
  {
    read -r engine_pid </run/docker.pid
    [ -n "$engine_pid" ] && read -r engine_comm <"/proc/$engine_pid/comm" && [ "$engine_comm" = dockerd ]
  } 2>/dev/null || systemctl is-active -q docker.service
}`
