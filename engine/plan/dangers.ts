import type { Danger, Task } from '../plan-value.js'
import type { Routes } from '../routes.js'

export const dangersOf = (tasks: ReadonlyArray<Task>, routes: Routes): ReadonlyArray<Danger> => [
  ...tasks.flatMap(({ addr, action, steps, impact }): ReadonlyArray<Danger> => {
    if (impact.data === undefined) return []
    const lost = impact.lost === true || action === 'delete' || action === 'replace' || steps.some(step => step.do === 'machine delete')
    return [{ word: lost ? 'DATA LOST' : 'DATA LEFT', addr, says: impact.data }]
  }),
  ...tasks.flatMap(({ addr, action, impact }): ReadonlyArray<Danger> => {
    if (action !== 'replace' || !routes.machines.has(addr)) return []
    const seconds = impact.seconds === undefined ? '' : `, about ${impact.seconds} s`
    return [{ word: 'DOWN', says: `everything${seconds}; its address may change` }]
  }),
]

/** Resources whose data is gone afterwards: these want to be named by whoever accepts it. */
export const lossesOf = (tasks: ReadonlyArray<Task>): ReadonlyArray<Task['addr']> =>
  tasks.filter(({ impact }) => impact.data !== undefined).map(({ addr }) => addr)
