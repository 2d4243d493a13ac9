import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const gc = runInNewContext('gc') as () => void

/** What a process holds on to, after collecting garbage. */
export interface Holdings {
  /** Bytes of JavaScript objects and of buffers. */
  readonly bytes: number
  /** What keeps the event loop alive, by kind: timers, sockets, servers... */
  readonly resources: Readonly<Record<string, number>>
}

/** Collects garbage and looks at what is left. */
export async function holdings(): Promise<Holdings> {
  // Some things go only once the ones that pointed at them are gone, some a turn after.
  for (let i = 0; i < 3; i++) {
    gc()
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  const { heapUsed, external } = process.memoryUsage()
  const resources: Record<string, number> = {}
  for (const kind of process.getActiveResourcesInfo()) resources[kind] = (resources[kind] ?? 0) + 1
  return { bytes: heapUsed + external, resources }
}
