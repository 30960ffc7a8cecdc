#!/bin/bash
# After the official image's: the same variables, order and log lines that others look for, and the same weakness. Values go into SQL
# and into the client's file as they are: an apostrophe, a backslash or a quotation mark in a password breaks it there too.
set -eo pipefail
SOCKET=/var/run/mysqld/mysqld.sock
DATADIR=/var/lib/mysql

note() { printf '%s [Note] [Entrypoint]: %s\n' "$(date +'%F %T%z')" "$*"; }
fail() {
  printf '%s [ERROR] [Entrypoint]: %s\n' "$(date +'%F %T%z')" "$*" >&2
  exit 1
}

from_file() { # NAME [DEFAULT]
  local name=$1 file=${1}_FILE
  [ -z "${!name}" ] || [ -z "${!file}" ] || fail "Both $name and $file are set (but are exclusive)"
  if [ -n "${!name}" ]; then export "$name=${!name}"
  elif [ -n "${!file}" ]; then export "$name=$(<"${!file}")"
  else export "$name=$2"; fi
  unset "$file"
}

sql() { mysql --defaults-extra-file=<([ -z "$as_root" ] || printf '[client]\nuser=root\npassword="%s"\n' "$as_root") --protocol=socket \
  --socket="$SOCKET" -hlocalhost -uroot --comments --database="${database-mysql}"; }

first_start() {
  local as_root='' file
  [ -n "$MYSQL_ROOT_PASSWORD$MYSQL_ALLOW_EMPTY_PASSWORD$MYSQL_RANDOM_ROOT_PASSWORD" ] || fail 'Database is uninitialized and password option is not specified
    You need to specify one of the following as an environment variable:
    - MYSQL_ROOT_PASSWORD
    - MYSQL_ALLOW_EMPTY_PASSWORD
    - MYSQL_RANDOM_ROOT_PASSWORD'
  [ "$MYSQL_USER" != root ] || fail 'MYSQL_USER="root", MYSQL_USER and MYSQL_PASSWORD are for configuring a regular user and cannot be used for the root user'

  note 'Initializing database files'
  "$@" --initialize-insecure --default-time-zone=SYSTEM
  note 'Database files initialized'
  note 'Starting temporary server'
  "$@" --daemonize --skip-networking --default-time-zone=SYSTEM --socket="$SOCKET" || fail 'Unable to start server.'
  note 'Temporary server started.'

  if [ -n "$MYSQL_RANDOM_ROOT_PASSWORD" ]; then
    MYSQL_ROOT_PASSWORD=$(head -c 24 /dev/urandom | base64)
    note "GENERATED ROOT PASSWORD: $MYSQL_ROOT_PASSWORD"
  fi
  {
    echo "ALTER USER 'root'@'localhost' IDENTIFIED BY '$MYSQL_ROOT_PASSWORD';"
    [ "$MYSQL_ROOT_HOST" = localhost ] || echo "CREATE USER 'root'@'$MYSQL_ROOT_HOST' IDENTIFIED BY '$MYSQL_ROOT_PASSWORD';
      GRANT ALL ON *.* TO 'root'@'$MYSQL_ROOT_HOST' WITH GRANT OPTION;"
  } | sql
  as_root=$MYSQL_ROOT_PASSWORD
  if [ -n "$MYSQL_DATABASE" ]; then
    note "Creating database $MYSQL_DATABASE"
    sql <<<"CREATE DATABASE IF NOT EXISTS \`$MYSQL_DATABASE\`;"
  fi
  if [ -n "$MYSQL_USER" ] && [ -n "$MYSQL_PASSWORD" ]; then
    note "Creating user $MYSQL_USER"
    sql <<<"CREATE USER '$MYSQL_USER'@'%' IDENTIFIED BY '$MYSQL_PASSWORD';"
    [ -z "$MYSQL_DATABASE" ] || sql <<<"GRANT ALL ON \`${MYSQL_DATABASE//_/\\_}\`.* TO '$MYSQL_USER'@'%';"
  fi
  for file in /docker-entrypoint-initdb.d/*; do
    case $file in
      *.sh) note "$0: running $file"; if [ -x "$file" ]; then "$file"; else . "$file"; fi ;;
      *.sql) note "$0: running $file"; database=$MYSQL_DATABASE sql <"$file" ;;
    esac
  done

  note 'Stopping temporary server'
  mysqladmin --defaults-extra-file=<(printf '[client]\nuser=root\npassword="%s"\n' "$as_root") --socket="$SOCKET" shutdown \
    || fail 'Unable to shut down server.'
  note 'Temporary server stopped'
  note 'MySQL init process done. Ready for start up.'
}

case ${1:-} in -*) set -- mysqld "$@" ;; esac
if [ "${1:-}" = mysqld ]; then
  note "Entrypoint script for MySQL Server $MYSQL_VERSION started."
  if [ "$(id -u)" = 0 ]; then
    mkdir -p "$DATADIR" "${SOCKET%/*}"
    find "$DATADIR" "${SOCKET%/*}" \! -user mysql -exec chown -h mysql {} +
    note "Switching to dedicated user 'mysql'"
    exec gosu mysql "$0" "$@"
  fi
  from_file MYSQL_ROOT_HOST %
  for name in DATABASE USER PASSWORD ROOT_PASSWORD; do from_file "MYSQL_$name"; done
  [ -d "$DATADIR/mysql" ] || first_start "$@"
fi
exec "$@"
