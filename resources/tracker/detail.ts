import type { Detail } from '../../engine/contract.js'
import { serviceDetail } from '../detail.js'
import type { ServiceSeen, ServiceWanted } from '../service.js'
import type { Checked } from './checks.js'

export const trackerDetail = (
  { says, checked }: Pick<ServiceWanted, 'says'> & { readonly checked: Checked },
  { container }: Pick<ServiceSeen, 'container'>,
): Detail => {
  const { listeners, listed, private: closed, api, health } = checked
  const { data, ...said } = serviceDetail(says, container)
  return {
    ...said,
    data: {
      ...data,
      listeners: listeners.map(({ scheme, port, bind, tls }) => ({ scheme, port, bind, tls })),
      api: api.port,
      health: health.port,
      listed,
      private: closed,
    },
  }
}
