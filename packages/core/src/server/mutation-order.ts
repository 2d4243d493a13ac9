import type { Mutation } from '@tablecast/engine'

/**
 * Mutations of a table with an index in the steps in which they are applied, each of one port: by port, lowest first, and
 * those of one port in the order they came, as the reference does it; save that a mutation that empties the table is not
 * overtaken by what came before it.
 */
export function inSteps(mutations: readonly Mutation[]): readonly (readonly Mutation[])[] {
  const steps: Mutation[][] = []
  let groups = new Map<number, Mutation[]>()
  for (const mutation of mutations) {
    const empties = mutation.kind === 'replace' || mutation.kind === 'clear'
    if (empties && [...groups.keys()].some((port) => port > mutation.port)) {
      steps.push(...ascending(groups))
      groups = new Map()
    }
    const group = groups.get(mutation.port)
    if (group === undefined) groups.set(mutation.port, [mutation])
    else group.push(mutation)
  }
  steps.push(...ascending(groups))
  return steps
}

function ascending(groups: ReadonlyMap<number, Mutation[]>): Mutation[][] {
  return [...groups].sort(([a], [b]) => a - b).map(([, group]) => group)
}
