import fc from 'fast-check'
import type { Addr, AnyKind, Change, Facts, Host } from '../../engine/contract.js'
import type { Wish } from '../../engine/wish.js'
import { decodeEnvironment } from '../../resources/environment.js'
import { kinds } from '../../resources/registry.js'
import { wishOf } from '../../resources/wish.js'
import type { Role } from './stage.js'

export const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPMeCzMSWzPBaGNxyuc3lDSDAzV3IyL1kEXrGEMpQwTd ops'

type Registry = ReadonlyMap<string, AnyKind>

export const wishFrom = (input: object, registry: Registry = kinds): Wish => {
  const { value, issues } = decodeEnvironment({ name: 'demo', provider: 'sandbox', tracker: { udp: [6969] }, ...input })
  if (value === undefined) throw new Error(JSON.stringify(issues))
  return wishOf(value, { keys: [KEY], overrides: [] }, registry)
}

export const factsOf = ({ resources, facts }: Wish, registry: Registry = kinds): Facts => [
  ...facts,
  ...resources.flatMap(({ addr, kind, spec }) => registry.get(kind)?.offers(addr, spec) ?? []),
]

/** Whatever the provider, the machine is the one that the stage has. */
const on = (host: Host | undefined, facts: Facts): Facts =>
  host === undefined
    ? facts
    : facts.map(
        fact =>
          (fact.fact === 'reach' && fact.machine
            ? { ...fact, machine: { ...(fact.machine as object), name: 'demo', host } }
            : fact) as never,
      )

interface Setting {
  readonly host?: Host
  readonly registry?: Registry
}

/** One resource of an environment as a user writes it. */
export const roleIn = (input: object, addr: Addr, { host, registry = kinds }: Setting = {}): Role => {
  const wish = wishFrom(input, registry)
  const declared = wish.resources.find(one => one.addr === addr)
  const kind = registry.get(declared?.kind ?? '')
  if (declared === undefined || kind === undefined) throw new Error(`no ${addr}`)
  return { environment: wish.environment, declared, kind, facts: on(host, factsOf(wish, registry)) }
}

export const HOSTS: ReadonlyArray<Host> = ['debian/12', 'debian/13', 'ubuntu/22.04', 'ubuntu/24.04'].map(image => {
  const [os = '', version = ''] = image.split('/')
  return { os, version, arch: 'amd64', ipv6: true }
})
export const imageOf = ({ os, version }: Host): string => `${os}/${version}`
export const aHost = fc.constantFrom(...HOSTS)

const port = fc.integer({ min: 1024, max: 9999 })
const bind = fc.constantFrom('public', 'loopback', '0.0.0.0', '::', '10.77.0.20')
const source = fc.constantFrom('any', '192.0.2.7', '192.0.2.0/24', '2001:db8::/32')
const some = <A>(one: fc.Arbitrary<A>, max: number): fc.Arbitrary<Array<A>> => fc.array(one, { maxLength: max })
const said = <A>(one: fc.Arbitrary<A>) => fc.option(one, { nil: undefined })
type Written = { readonly [key: string]: unknown }
const without = (input: object): Written => JSON.parse(JSON.stringify(input))

export const anSsh = fc.record({ port: fc.constantFrom(22, 22, 2222), user: fc.constantFrom('torrust', 'ops') })

export const aTracker = fc
  .record({
    udp: fc.uniqueArray(fc.record({ port, bind }), { minLength: 1, maxLength: 3, selector: one => one.port }),
  })
  .map(without)

export const aVm = fc
  .record({
    cpus: said(fc.integer({ min: 1, max: 8 })),
    memory: said(fc.constantFrom('1GiB', '1536MiB')),
    disk: said(fc.constantFrom('10GiB', '40GiB')),
    hostname: said(fc.constantFrom('tracker', 'box-1')),
    timezone: said(fc.constantFrom('UTC', 'Europe/Berlin')),
    upgrades: said(fc.constantFrom('security', 'all', 'none')),
    reboot: said(fc.constantFrom('04:30', 'never')),
    sysctl: said(fc.constant({ 'vm.swappiness': 10, 'net.core.rmem_max': 4194304 })),
  })
  .map(without)

const aManaged = fc
  .record({
    ssh_from: said(fc.uniqueArray(source, { minLength: 1, maxLength: 2 })),
    allow: some(
      fc.record({ port, proto: fc.constantFrom('tcp', 'udp'), from: source, note: said(fc.constantFrom('our exporter', 'moving')) }),
      3,
    ),
  })
  .map(without)

export const aFirewall: fc.Arbitrary<Written> = fc.oneof(
  { weight: 5, arbitrary: aManaged },
  { weight: 1, arbitrary: fc.constant({ managed: false }) },
)

export const aDocker = fc
  .record({
    packages: said(fc.constantFrom('distribution', 'docker')),
    mirrors: said(fc.constant(['https://mirror.example.com'])),
    registries: said(
      fc.constant({
        'ghcr.io': { user: 'ops', password: { env: 'GHCR_TOKEN' } },
        'r.example.com:5000': { user: 'a"b', password: { env: 'X' } },
      }),
    ),
    daemon: said(fc.constantFrom({ debug: true }, { 'live-restore': false, experimental: false }, { 'log-opts': { 'max-size': '10m' } })),
  })
  .map(without)

/** The login user that every host has. */
export const loginUser = (name: string): ReadonlyArray<Change> => [
  { ask: 'user', key: name, to: { shell: '/bin/bash', groups: ['sudo'], sudo: true, keys: [KEY] } },
]
