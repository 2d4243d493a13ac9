/** The part of Node's `process` and of a browser's `performance` that tells of memory, where there is one. */
interface Runtime {
  readonly process?: { memoryUsage?(): { heapTotal: number; heapUsed: number; arrayBuffers: number } }
  readonly performance?: { now(): number; readonly memory?: { totalJSHeapSize: number; usedJSHeapSize: number } }
}

/** Bytes held and used by this process, columns included where that can be known; zero where nothing can. */
export function memory(): { heap_size: number; used_size: number } {
  const { process, performance }: Runtime = globalThis
  const node = process?.memoryUsage?.()
  if (node !== undefined) {
    return { heap_size: node.heapTotal + node.arrayBuffers, used_size: node.heapUsed + node.arrayBuffers }
  }
  const browser = performance?.memory
  return { heap_size: browser?.totalJSHeapSize ?? 0, used_size: browser?.usedJSHeapSize ?? 0 }
}
