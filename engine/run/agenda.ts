/** What can begin when: each task after those that it waits for. Knows nothing of what a task is. */
export interface Agenda<T> {
  /** Can begin, in the given order. */
  readonly ready: Array<T>
  /** A task has begun, or never will. */
  readonly left: ReadonlySet<T>
  begin(most: number): ReadonlyArray<T>
  /** What waits for this one and for nothing else by now. */
  next(task: T): ReadonlyArray<T>
  /** What waits for this one, and else only for what has begun. */
  soon(task: T): ReadonlyArray<T>
  /** Nothing else is under way, and nothing comes after it. */
  isLast(task: T): boolean
  /** What waited only for this one becomes ready. */
  finish(task: T): void
  /** What waits for this one, however far, will never begin; each with the one that it waited for. */
  abandon(task: T): ReadonlyArray<{ readonly task: T; readonly needs: T }>
}

export const agendaOf = <T, K>(tasks: ReadonlyArray<T>, keyOf: (task: T) => K, waitsFor: (task: T) => ReadonlyArray<K>): Agenda<T> => {
  const byKey = new Map(tasks.map(task => [keyOf(task), task]))
  const followers = new Map<T, Array<T>>(tasks.map(task => [task, []]))
  const waiting = new Map<T, Set<T>>()
  for (const task of tasks) {
    const needs = new Set(waitsFor(task).flatMap(key => byKey.get(key) ?? []))
    for (const need of needs) followers.get(need)?.push(task)
    waiting.set(task, needs)
  }
  const waitingFor = (task: T): ReadonlySet<T> => waiting.get(task) ?? new Set()
  const ready = tasks.filter(task => waitingFor(task).size === 0)
  const left = new Set(tasks)
  const begun = new Set<T>()
  const followersOf = (task: T): ReadonlyArray<T> => followers.get(task) ?? []
  const abandoned = (task: T): ReadonlyArray<{ readonly task: T; readonly needs: T }> =>
    followersOf(task).flatMap(follower => (left.delete(follower) ? [{ task: follower, needs: task }, ...abandoned(follower)] : []))
  return {
    ready,
    left,
    begin: most => {
      const next = ready.splice(0, Math.max(0, most))
      for (const task of next) {
        left.delete(task)
        begun.add(task)
      }
      return next
    },
    next: task => followersOf(task).filter(follower => waitingFor(follower).size === 1 && left.has(follower)),
    soon: task => followersOf(task).filter(follower => left.has(follower) && [...waitingFor(follower)].every(need => begun.has(need))),
    isLast: task => left.size === 0 && begun.size === 1 && begun.has(task),
    finish: task => {
      begun.delete(task)
      for (const follower of followersOf(task)) {
        waiting.get(follower)?.delete(task)
        if (waitingFor(follower).size === 0 && left.has(follower)) ready.push(follower)
      }
    },
    abandon: task => {
      begun.delete(task)
      return abandoned(task)
    },
  }
}
