import type { Claim, Step } from '../contract.js'
import type { Root, Routes } from '../routes.js'

/** The part of a task that goes to one place at once. */
export interface Part {
  readonly root: Root
  readonly claims: ReadonlyArray<Claim>
  readonly steps: ReadonlyArray<Step>
  readonly releases: ReadonlyArray<Claim>
  /** The last part for its place: what was done there is verified in the same round trip. */
  readonly last: boolean
}

interface Work {
  readonly steps: ReadonlyArray<Step>
  readonly claims: ReadonlyArray<Claim>
  readonly releases: ReadonlyArray<Claim>
}

/**
 * Steps that follow each other at one place travel together; a `confirm` goes alone, since it needs a connection of its own.
 * Claims go with the first part of their place, releases with the last; a place that only has these gets a part without steps.
 */
export const partsOf = ({ steps, claims, releases }: Work, routes: Routes): ReadonlyArray<Part> => {
  const groups: Array<{ readonly root: Root; readonly steps: Array<Step> }> = []
  for (const step of steps) {
    const root = routes.rootOf(step.via)
    const open = groups[groups.length - 1]
    const alone = step.do === 'confirm' || open?.steps.at(-1)?.do === 'confirm'
    if (open === undefined || open.root !== root || alone) groups.push({ root, steps: [step] })
    else open.steps.push(step)
  }
  const present = new Set(groups.map(({ root }) => root))
  for (const { via } of [...claims, ...releases]) {
    const root = routes.rootOf(via)
    if (present.has(root)) continue
    present.add(root)
    groups.push({ root, steps: [] })
  }
  return groups.map(({ root, steps: own }, index) => {
    const first = groups.findIndex(group => group.root === root) === index
    const last = groups.findLastIndex(group => group.root === root) === index
    const mine = ({ via }: Claim): boolean => routes.rootOf(via) === root
    return { root, steps: own, claims: first ? claims.filter(mine) : [], releases: last ? releases.filter(mine) : [], last }
  })
}
