import type { Fault } from '../../specs/fault.js'
import { E, type Either } from '../../specs/fp.js'
import { challengeOf } from './challenge.js'
import type { Endpoint, Login } from './endpoint.js'
import type { Answered, Line } from './request.js'
import { Said } from './said.js'

/** The header that answers a 401; credentials are revealed here, where somebody asked for them, and nowhere else. */
export const authorizationFor = async (answered: Answered, { base, login }: Endpoint, line: Line): Promise<string> => {
  const challenge = challengeOf(answered.headers['www-authenticate'])
  if (challenge === undefined) throw new Said('refused', 'it wants a login and does not say how')
  if (challenge.scheme === 'basic') {
    if (login === undefined) throw new Said('refused', 'it wants a login')
    return basic(login)
  }
  const realm = new URL(challenge.realm)
  if (login !== undefined && base.protocol === 'https:' && realm.protocol !== 'https:')
    throw new Said('invalid', `it wants the password sent to ${realm.origin}, without TLS`)
  if (challenge.service !== undefined) realm.searchParams.set('service', challenge.service)
  if (challenge.scope !== undefined) realm.searchParams.set('scope', challenge.scope)
  const headers = login === undefined ? {} : { authorization: await basic(login) }
  return `Bearer ${tokenIn(await line.ask(realm, { method: 'GET', headers }))}`
}

const basic = async ({ user, password }: Login): Promise<string> => {
  const revealed: Either<Fault, string> = await password()
  if (E.isLeft(revealed)) throw new Said('locked', 'its password is not at hand', revealed.left)
  return `Basic ${Buffer.from(`${user}:${revealed.right}`).toString('base64')}`
}

const tokenIn = ({ status, body }: Answered): string => {
  if (status === 401 || status === 403) throw new Said('refused', 'it refuses the login')
  if (status >= 500 || status === 429) throw new Said('silent', `its token service answers ${status}`, undefined, true)
  const { token, access_token: access } = parsed(body)
  const found = typeof token === 'string' && token !== '' ? token : access
  if (status !== 200 || typeof found !== 'string' || !/^[\x21-\x7e]+$/.test(found))
    throw new Said('invalid', 'its token service gives no token')
  return found
}

const parsed = (body: Buffer): { readonly token?: unknown; readonly access_token?: unknown } => {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'))
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}
