/** A user of a database server, and the folder on the host of the passwords that it may have. */
export interface AccountAt {
  readonly project: string
  readonly service: string
  readonly user: string
  readonly folder: string
}

export const accountKey = ({ project, service, user, folder }: AccountAt): string => `${project}/${service}/${user} ${folder}`

export const accountIn = (key: string): AccountAt => {
  const [at = '', ...rest] = key.split(' ')
  const [project = '', service = '', user = ''] = at.split('/')
  return { project, service, user, folder: rest.join(' ') }
}
