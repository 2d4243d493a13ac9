import type { Mutation } from '@tablecast/engine'

/** Mutations by port, lowest first; those of one port in the order they came. The reference's order. */
export function byPort(mutations: readonly Mutation[]): readonly (readonly Mutation[])[] {
  const first = mutations[0]
  if (first === undefined || mutations.every(({ port }) => port === first.port)) return [mutations]
  const groups = new Map<number, Mutation[]>()
  for (const mutation of mutations) {
    const group = groups.get(mutation.port)
    if (group === undefined) groups.set(mutation.port, [mutation])
    else group.push(mutation)
  }
  return [...groups].sort(([a], [b]) => a - b).map(([, group]) => group)
}
