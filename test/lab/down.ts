import { forget, KEY } from './cache.js'
import { lookAtDaemon, stopDaemon } from './daemon.js'
import { isUsedByOthers, takeGround } from './ground.js'
import { removeHosts } from './host.js'
import { removeImages } from './image.js'
import { removeRegistries } from './images/registry.js'
import { Trouble } from './trouble.js'

/** Everything that bears the lab's mark. What others stand on stays under them, and is named. */
export const down = async (say: (line: string) => void): Promise<void> => {
  const daemon = await lookAtDaemon()
  if (daemon === 'is not installed') return say('There is no LXD here, so nothing of the lab.')
  if (daemon === 'is silent') throw new Trouble('LXD does not answer, so nothing can be taken away', 'npm run lab -- up, then down')
  if (await removeRegistries()) say('Gone: the registries.')
  const hosts = await removeHosts()
  const images = await removeImages()
  say(`Gone: ${hosts} hosts, ${images} images.`)
  const others = await takeGround()
  if (others.length > 0)
    throw new Trouble(
      `the lab's network and storage stay, because others stand on them: ${others.join(', ')}`,
      'take those away if they are yours, then: npm run lab -- down',
    )
  forget(KEY, `${KEY}.pub`)
  const isStopped = !(await isUsedByOthers()) && (await stopDaemon())
  say(`Gone: the lab's network, storage and key${isStopped ? ', and LXD, which it had started' : ''}.`)
}
