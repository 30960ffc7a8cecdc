import { setTimeout as sleep } from 'node:timers/promises'
import type { LabHost } from './host.js'

/** What is in /run goes with the old boot; until then the old one still answers. */
export const rebooted = async ({ name, exec }: LabHost): Promise<void> => {
  await exec(['sh', '-c', 'touch /run/old-boot && systemctl reboot --force'])
  for (let tries = 0; (await exec(['sh', '-c', 'test ! -e /run/old-boot'])).code !== 0; tries++) {
    if (tries > 400) throw new Error(`${name} does not come back`)
    await sleep(300)
  }
}
