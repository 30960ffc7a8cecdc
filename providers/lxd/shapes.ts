/** What LXD and Incus answer, as far as it is read here. */

export type Config = { readonly [key: string]: string }
export type Device = { readonly [key: string]: string }
export type Devices = { readonly [name: string]: Device }

export interface Server {
  readonly auth: 'trusted' | 'untrusted'
  readonly api_extensions?: ReadonlyArray<string>
  readonly environment?: {
    readonly server?: string
    readonly server_version?: string
    readonly driver?: string
    readonly certificate_fingerprint?: string
  }
}

export interface Instance {
  readonly name: string
  readonly type: string
  readonly status: string
  readonly profiles: ReadonlyArray<string> | null
  readonly last_used_at?: string
  /** Its own; profiles are only in what is expanded. */
  readonly config: Config
  readonly devices: Devices
  readonly expanded_config: Config
  readonly expanded_devices: Devices
  readonly project?: string
}

export interface InstanceState {
  readonly status: string
  readonly network: { readonly [name: string]: Interface } | null
}
export interface Interface {
  readonly hwaddr: string
  readonly host_name?: string
  readonly addresses: ReadonlyArray<{ readonly family: string; readonly address: string; readonly scope: string }>
}

export interface Network {
  readonly name: string
  readonly managed: boolean
  readonly type?: string
  readonly config: Config
}
export interface Profile {
  readonly devices: Devices
}

export interface Operation {
  readonly id: string
  /** `websocket`: a shell or a console that somebody has open. */
  readonly class: 'task' | 'websocket' | 'token'
  readonly status: string
  readonly err: string
  readonly resources: { readonly [what: string]: ReadonlyArray<string> } | null
  readonly metadata: { readonly [key: string]: unknown } | null
}

export const isRunning = ({ status }: Pick<Instance, 'status'>): boolean => status === 'Running'
