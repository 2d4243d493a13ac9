import { unwatchFile, watchFile } from 'node:fs'
import type { GrowingTable } from './growing-table.js'

/** What goes on after a source was loaded. */
export interface Following {
  /** Settles when nothing more can come. */
  readonly ended: Promise<void>
  close(): Promise<void>
}

/**
 * Files are looked at so often. Asking for their state misses nothing, on no file system, not even a file put in their
 * place; libraries on notifications were seen to drop a change that closely follows another.
 */
const pollMillis = 200

/** Calls `changed` after a file was changed, one call at a time: a change during a call makes one more. */
export function followFile(path: string, complain: (problem: string) => void, changed: () => Promise<void>): Following {
  let due = false
  let running: Promise<void> | undefined
  const run = async () => {
    while (due) {
      due = false
      await changed().catch((error: Error) => complain(`${path}: ${error.message}`))
    }
    running = undefined
  }
  const notice = () => {
    due = true
    running ??= run()
  }
  watchFile(path, { interval: pollMillis }, notice)
  // For what was written since the file was loaded.
  notice()
  return {
    ended: new Promise(() => {}),
    async close() {
      unwatchFile(path, notice)
      await running
    },
  }
}

/** Puts what comes by a stream into a table. */
export function followStream(
  stream: NodeJS.ReadableStream,
  growing: GrowingTable,
  complain: (problem: string) => void,
): Following {
  const push = (pushed: Promise<void>) => pushed.catch((error: Error) => complain(error.message))
  const pump = async () => {
    for await (const chunk of stream) await push(growing.push(chunk as Buffer))
    await push(growing.end())
  }
  return {
    ended: pump().catch((error: Error) => complain(error.message)),
    async close() {
      stream.pause()
    },
  }
}
