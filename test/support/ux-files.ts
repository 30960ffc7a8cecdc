/** The complete files of the user's guide, as their authors would write them. Those that extend are merged already. */
export const FILES: { readonly [name: string]: string } = {
  'first try': `
name: demo
provider: sandbox            # short for { kind: sandbox }
tracker: { udp: [6969] }
`,
  'LXD with SQLite': `
name: demo
provider: lxd
ssh: { key: ~/.ssh/id_ed25519 }     # the default
vm: { cpus: 2, memory: 2GiB }       # the default
tracker:
  udp: [6969]
  http: [7070]
`,
  'production on an existing server': `
name: prod
provider: { kind: ssh, host: tracker.example.com }
ssh: { user: ops, port: 2222 }
firewall:
  allow:
    - { port: 9100, proto: tcp, from: 192.0.2.0/24, note: our node exporter }
tracker:
  image: torrust/tracker:develop
  udp: [{ port: 6969, domain: tracker.example.com }]
  http: [{ port: 7070, domain: tracker.example.com }]
  api:
    domain: api.example.com
    admin_token: { command: [pass, show, tracker/prod/api] }
  database: mysql
mysql:
  image: mysql:8.4
  memory: 2GiB
  password: { env: PROD_MYSQL_PASSWORD }
grafana:
  domain: grafana.example.com
  admin_password: { file: secrets/grafana }
caddy: { email: ops@example.com }
backup: { schedule: "0 3 * * *", retention: 14d }
prometheus: { scrape_interval: 15s, retention: 30d }
vm: { timezone: UTC, reboot: "04:30", protect: true }
`,
  'closed tracker': `
name: closed
provider: lxd
compose-stack: { ipv6: required }
tracker:
  listed: true
  udp: [6969, 6970]
  http: [7070]
`,
  "somebody else's MySQL": `
name: shared-db
provider: lxd
tracker:
  udp: [6969]
  database:
    driver: mysql
    host: db.example.net
    port: 3306
    name: tracker
    user: tracker
    password: { env: TRACKER_DB_PASSWORD }
`,
}

/** Written over several files: what extends, and what is extended, need not be whole. */
export const PARTS: { readonly [name: string]: string } = {
  'base.yaml': `
prometheus: { scrape_interval: 15s, retention: 30d }
vm: { timezone: UTC, reboot: "04:30", protect: true }
`,
  'staging.yaml': `
name: staging
extends: base.yaml
provider: lxd
tracker: { udp: [6969], http: [7070] }
prometheus: null
`,
}
