import type { Mutation } from '@tablecast/engine'

/**
 * Mutations in the steps in which they are applied, each of one port: by port, lowest first, and those of one port in
 * the order they came, as the reference does it. What shows the order of mutations keeps it: a mutation that empties the
 * table is not overtaken by what came before it, nor is anything in a table whose rows are in the order they came.
 */
export function inSteps(mutations: readonly Mutation[], isIndexed: boolean): readonly (readonly Mutation[])[] {
  const port = mutations[0]?.port
  if (mutations.every((each) => each.port === port)) return [mutations]
  const steps: Mutation[][] = []
  let groups = new Map<number, Mutation[]>()
  for (const mutation of mutations) {
    const keepsOrder = !isIndexed || mutation.kind === 'replace' || mutation.kind === 'clear'
    if (keepsOrder && [...groups.keys()].some((each) => each > mutation.port)) {
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
