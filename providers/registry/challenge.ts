/** How a registry wants to be answered. */
export type Challenge =
  | { readonly scheme: 'basic' }
  | { readonly scheme: 'bearer'; readonly realm: string; readonly service?: string; readonly scope?: string }

const PARAMETER = /([a-z_]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",]+))/gi

/** What a `WWW-Authenticate` header asks for; a token is preferred to a password. Undefined: nothing that is known here. */
export const challengeOf = (header: string | undefined): Challenge | undefined => {
  if (header === undefined) return undefined
  const bearer = /(?:^|,\s*)bearer\s+(.*)$/i.exec(header)?.[1]
  if (bearer !== undefined) {
    const said = new Map([...bearer.matchAll(PARAMETER)].map(([, name = '', quoted, bare]) => [name.toLowerCase(), quoted ?? bare ?? '']))
    const [realm, service, scope] = [said.get('realm'), said.get('service'), said.get('scope')]
    if (realm === undefined || !URL.canParse(realm)) return undefined
    return { scheme: 'bearer', realm, ...(service !== undefined && { service }), ...(scope !== undefined && { scope }) }
  }
  return /(?:^|,\s*)basic\b/i.test(header) ? { scheme: 'basic' } : undefined
}
