/** Steps that computing a node once takes, besides what its calls and loops account for themselves. */
export function stepsOf(node: object): number {
  return 1 + (countNodes(node) >> 2)
}

/** As many nodes as a call weighs. */
const CALL = 8

/** Nodes of a tree, of whatever kind they are; calls weigh more. */
function countNodes(part: unknown): number {
  if (part === null || typeof part !== 'object') return 0
  let count = 'kind' in part ? (part.kind === 'call' ? CALL : 1) : 0
  for (const inner of Array.isArray(part) ? part : Object.values(part)) count += countNodes(inner)
  return count
}
