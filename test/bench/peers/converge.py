"""The tasks of converge.yml for pyinfra, which has no operation for ufw: seven of the twelve."""

from io import StringIO

from pyinfra.operations import apt, crontab, files, server, systemd

ROOT = "/opt/peers"
FOLDERS = (
    "tracker/lib/database tracker/log tracker/etc prometheus/etc grafana/data grafana/provisioning/datasources "
    "grafana/provisioning/dashboards mysql/data caddy/etc caddy/data backup/etc"
)
FILES = (
    "docker-compose.yml .env storage/tracker/etc/tracker.toml storage/prometheus/etc/prometheus.yml "
    "storage/grafana/provisioning/datasources/prometheus.yml storage/grafana/provisioning/dashboards/tracker.yml "
    "storage/caddy/etc/Caddyfile storage/backup/etc/backup.conf"
)

apt.packages(packages=["docker.io", "ufw", "unattended-upgrades", "cron"], _sudo=True)
systemd.service(service="docker", running=True, enabled=True, _sudo=True)
server.user(user="torrust", groups=["docker"], append=True, _sudo=True)
for folder in FOLDERS.split():
    files.directory(path=f"{ROOT}/storage/{folder}", mode="755", user="torrust", _sudo=True)
for file in FILES.split():
    files.put(src=StringIO(f"# {file}\n"), dest=f"{ROOT}/{file}", mode="640", user="torrust", _sudo=True)
crontab.crontab(command="/usr/local/bin/backup", minute="0", hour="3", cron_name="backup", user="root", _sudo=True)
