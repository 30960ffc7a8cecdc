#!/bin/sh
# finish.sh ROOT: no script of a package has run there. Beside the server stay the clients that people call in the official image.
set -eu
cd "$1"
rm -rf usr/share/doc usr/share/man usr/share/locale usr/share/perl* usr/lib/*/perl* usr/lib/*/gconv usr/bin/*perl* usr/lib/*/libperl*
(cd usr/bin && rm -f my_* myisam* mysqlb* mysqlc* mysqli* mysqls* mysql_* ibd2sdi innochecksum perror)
(cd usr/lib/mysql/plugin && rm -f -- *_client.so *telemetry* group_replication.so)
rm -rf var/cache/* var/log/* boot home etc/hostname etc/resolv.conf etc/fstab etc/mysql
: >etc/apt/sources.list
printf 'root:x:0:0:root:/root:/bin/bash\nmysql:x:999:999::/var/lib/mysql:/bin/bash\n' >etc/passwd
printf 'root:x:0:\nmysql:x:999:\n' >etc/group
for one in $(usr/bin/busybox --list); do [ -e "usr/bin/$one" ] || [ -e "usr/sbin/$one" ] || ln -s busybox "usr/bin/$one"; done
ln -sf bash usr/bin/sh
mkdir -p docker-entrypoint-initdb.d var/lib/mysql var/lib/mysql-files var/run/mysqld
chown 999:999 var/lib/mysql var/lib/mysql-files var/run/mysqld
chmod 1777 var/lib/mysql var/run/mysqld
chmod 750 var/lib/mysql-files
