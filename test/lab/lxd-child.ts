/** Makes one machine, and says so: to be killed at any moment. */
import { claim, makes, probe } from '../providers/lxd/life.js'
import { batch, reveal } from '../providers/sandbox/desk.js'
import { EXTRA, lxdHere, SYSTEM } from './lxd-desk.js'

const provider = lxdHere()
process.stdout.write('begins\n')
const steps = [makes(SYSTEM, EXTRA)]
const outcome = await provider.act(batch({ addr: 'vm.main', fence: 5, claims: [claim], steps, verify: [probe] }), reveal, () => {})
await provider.close()
process.stdout.write(`${JSON.stringify(outcome)}\n`)
