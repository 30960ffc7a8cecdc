/** The names of all services of ours, whether an environment has them or not. */
export const SERVICES: ReadonlySet<string> = new Set(['tracker', 'mysql', 'prometheus', 'grafana', 'caddy', 'backup'])
