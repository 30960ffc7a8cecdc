import { Document, parse } from 'yaml'
import { isRecord } from '../../specs/codec.js'
import type { Json } from '../../specs/json.js'
import type { Part } from '../part.js'
import type { Block } from '../stack.js'

/** A compose file as a value. */
export interface ComposeFile {
  readonly name: string
  readonly services: { readonly [name: string]: Block }
  readonly networks: { readonly [name: string]: Block }
  readonly [key: string]: Json
}

const HEAD = (name: string): string =>
  [
    ` The services of ${name}, made by deployer out of its environment file. What is changed here is put back.`,
    ' It also works by itself: docker compose up -d, as root, since the files with secrets are for root alone.',
  ].join('\n')

/** Equal values are equal bytes. No word in it reads as something else to an older reader of YAML. */
export const composeText = (file: ComposeFile): string => {
  const document = new Document(file, { aliasDuplicateObjects: false, compat: 'yaml-1.1' })
  document.commentBefore = HEAD(file.name)
  return document.toString({ lineWidth: 0 })
}

/** Undefined: it is no compose file any more. */
export const readCompose = (text: string): ComposeFile | undefined => {
  try {
    const file: unknown = parse(text)
    return isRecord(file) && isRecord(file.services) ? ({ networks: {}, ...file } as ComposeFile) : undefined
  } catch {
    return undefined
  }
}

/** As compose would make it, so that it takes ours for its own. */
export const networkBlock = ({ name, bridge, inside, ipv6, labels }: Part<'network'>): Block => ({
  name,
  ...(inside && { internal: true }),
  ...(ipv6 !== undefined && { enable_ipv6: true, ipam: { config: [{ subnet: ipv6 }] } }),
  driver_opts: { 'com.docker.network.bridge.name': bridge },
  labels: { deployer: labels.deployer ?? '' },
})
