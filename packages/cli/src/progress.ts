import { SingleBar } from 'cli-progress'

/** Tells how far the loading of one source is, on standard error. */
export interface Progress {
  /** So many bytes have been read. */
  read(bytes: number): void
  /** All bytes are there; the engine makes a table of them, which holds this thread. */
  making(): void
  /** What came of it. */
  done(result: string): void
  /** Ends without a result. */
  stop(): void
}

/** @param total bytes of the source, if that is known. */
export function showProgress(path: string, total: number | undefined): Progress {
  const name = path === '-' ? 'standard input' : path
  return process.stderr.isTTY && total !== undefined ? bar(name, total) : lines(name)
}

function bar(name: string, total: number): Progress {
  const bar = new SingleBar({
    format: `{name} {bar} {percentage}% of ${megabytes(total)} {stage}`,
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
    linewrap: false,
    barsize: 30,
  })
  // Reading is one half, taking in the other.
  let read = 0
  bar.start(2 * total, 0, { name, stage: 'reading' })
  return {
    read(bytes) {
      read += bytes
      bar.update(read)
    },
    making() {
      bar.update(total, { stage: 'making the table' })
      bar.render()
    },
    done(result) {
      bar.update(2 * total, { stage: 'done' })
      bar.render()
      bar.stop()
      console.error(result)
    },
    stop: () => bar.stop(),
  }
}

function lines(name: string): Progress {
  console.error(`Loading ${name}`)
  return { read() {}, making() {}, done: (result) => console.error(result), stop() {} }
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`
}
