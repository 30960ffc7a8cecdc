/** What can begin when: each task after those that it waits for. Knows nothing of what a task is. */
export interface Agenda<T> {
  /** Can begin, in the given order. */
  readonly ready: Array<T>
  /** A task has begun, or never will. */
  readonly left: ReadonlySet<T>
  begin(most: number): ReadonlyArray<T>
  /** What waits for this one and for nothing else by now. */
  next(task: T): ReadonlyArray<T>
  /** What waited only for this one becomes ready. */
  finish(task: T): void
  /** What waits for this one, however far, will never begin; each with the one that it waited for. */
  abandon(task: T): ReadonlyArray<{ readonly task: T; readonly needs: T }>
}

export const agendaOf = <T, K>(tasks: ReadonlyArray<T>, keyOf: (task: T) => K, waitsFor: (task: T) => ReadonlyArray<K>): Agenda<T> => {
  const byKey = new Map(tasks.map(task => [keyOf(task), task]))
  const followers = new Map<T, Array<T>>(tasks.map(task => [task, []]))
  const waiting = new Map<T, number>()
  for (const task of tasks) {
    const needs = waitsFor(task).flatMap(key => byKey.get(key) ?? [])
    for (const need of needs) followers.get(need)?.push(task)
    waiting.set(task, needs.length)
  }
  const ready = tasks.filter(task => waiting.get(task) === 0)
  const left = new Set(tasks)
  const followersOf = (task: T): ReadonlyArray<T> => followers.get(task) ?? []
  const abandon = (task: T): ReadonlyArray<{ readonly task: T; readonly needs: T }> =>
    followersOf(task).flatMap(follower => (left.delete(follower) ? [{ task: follower, needs: task }, ...abandon(follower)] : []))
  return {
    ready,
    left,
    begin: most => {
      const next = ready.splice(0, Math.max(0, most))
      for (const task of next) left.delete(task)
      return next
    },
    next: task => followersOf(task).filter(follower => waiting.get(follower) === 1 && left.has(follower)),
    finish: task => {
      for (const follower of followersOf(task)) {
        const others = (waiting.get(follower) ?? 1) - 1
        waiting.set(follower, others)
        if (others === 0 && left.has(follower)) ready.push(follower)
      }
    },
    abandon,
  }
}
