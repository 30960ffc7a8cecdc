/** A database on a server, and what whoever logs in there needs of it. */
export interface DatabaseAt {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly name: string
  /** Privileges on it, `SELECT`. */
  readonly needs: ReadonlyArray<string>
  readonly tables: ReadonlyArray<string>
  /** The server runs in this container of the host, `demo-mysql-1`, where its name means something to other containers alone. */
  readonly container?: string
}

/** Key of a `database`: `mysql://tracker@db.example.net:3306/tracker?needs=SELECT,INSERT&tables=torrents`. */
export const databaseKey = ({ host, port, user, name, needs, tables, container }: DatabaseAt): string => {
  const where = host.includes(':') ? `[${host}]` : host
  const inside = container === undefined ? '' : `&container=${container}`
  return `mysql://${user}@${where}:${port}/${name}?needs=${needs.join(',')}&tables=${tables.join(',')}${inside}`
}

const KEY = /^mysql:\/\/([^@]*)@(?:\[([^\]]*)\]|([^:]*)):(\d+)\/([^?]*)\?(.*)$/

export const databaseIn = (key: string): DatabaseAt => {
  const [, user = '', six, plain = '', port, name = '', query] = KEY.exec(key) ?? []
  const words = new URLSearchParams(query)
  const list = (of: string): ReadonlyArray<string> => (words.get(of) ?? '').split(',').filter(word => word !== '')
  const container = words.get('container')
  return {
    host: six ?? plain,
    port: Number(port),
    user,
    name,
    needs: list('needs'),
    tables: list('tables'),
    ...(container !== null && { container }),
  }
}
