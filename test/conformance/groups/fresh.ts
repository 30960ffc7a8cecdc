import { act, byHand, type Group, look, that } from '../case.js'
import { USER } from '../sandbox.js'

const FOLDERS = `/ /boot /etc /etc/apt /etc/apt/apt.conf.d /etc/apt/keyrings /etc/apt/preferences.d /etc/apt/sources.list.d /etc/cron.d
  /etc/cron.daily /etc/default /etc/docker /etc/logrotate.d /etc/modules-load.d /etc/profile.d /etc/security /etc/ssh /etc/ssh/sshd_config.d
  /etc/ssl /etc/sudoers.d /etc/sysctl.d /etc/systemd /etc/systemd/journald.conf.d /etc/systemd/system /etc/tmpfiles.d /etc/ufw /home
  /mnt /opt /root /run /srv /tmp /usr /usr/local /usr/local/bin /usr/local/lib /usr/local/sbin /usr/local/share /var /var/backups /var/cache
  /var/lib /var/log /var/spool /var/tmp`.split(/\s+/)

/** Nothing was done yet but what the lab did to be let in. */
export const fresh: Group = {
  name: 'a fresh host',
  cases: [
    that('a fresh host has the folders of its system', look(...FOLDERS.map(path => `dir ${path}` as const))),
    that(
      'a fresh host has the units of its system, and no others',
      look(
        'unit ssh.service',
        'unit ssh.socket',
        'unit systemd-journald.service',
        'unit docker.service',
        'unit ufw.service',
        'unit no.service',
      ),
    ),
    that(
      'a fresh host has the packages of its system, and no others',
      look('package openssh-server', 'package sudo', 'package ufw', 'package docker.io', 'package docker-ce', 'package no-such-package'),
    ),
    that(
      'a fresh host has root, the users of its system and the one who logs in',
      look('user root', 'user nobody', 'user www-data', 'user ann'),
    ),
    that(
      'a fresh host lets in by key whom it was made for',
      look(`user ${USER}`, `dir /home/${USER}`, `member ${USER}/sudo`, `member ${USER}/docker`, 'login ssh'),
    ),
    that('a fresh host is called as it was made, and keeps the time of UTC', look('setting hostname', 'setting timezone')),
    that('a fresh host listens for ssh and for nothing else of ours', look('sshd sshd', 'port 22/tcp', 'port 2222/tcp', 'port 6969/udp')),
    that(
      'a fresh host has no firewall, engine, chain or undo',
      look('firewall ufw', 'rules ufw', 'rule allow 22/tcp', 'chain DEPLOYER-demo', 'engine docker', 'undo firewall'),
    ),
    that(
      'a fresh host has the settings of its kernel, and none that there are not',
      look('sysctl net.ipv4.ip_local_port_range', 'sysctl net.ipv4.tcp_syncookies', 'sysctl no.such.setting'),
    ),
    that('a fresh host is ready at once', act([{ do: 'wait ready', seconds: 60 }], ['login ssh'])),
    that(
      'a host forwards nothing when it is told not to',
      act(
        [
          byHand(
            'for f in net/ipv4/ip_forward net/ipv6/conf/all/forwarding; do echo 0 >/proc/sys/$f; done',
            { ask: 'sysctl', key: 'net.ipv4.ip_forward', to: { value: '0' } },
            { ask: 'sysctl', key: 'net.ipv6.conf.all.forwarding', to: { value: '0' } },
          ),
        ],
        ['sysctl net.ipv4.ip_forward', 'sysctl net.ipv6.conf.all.forwarding'],
      ),
    ),
  ],
}
