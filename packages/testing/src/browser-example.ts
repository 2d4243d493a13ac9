import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** Where the example apps are. */
export const examples = fileURLToPath(new URL('../../../examples/', import.meta.url))

/** A running example app, started the way its `npm start` does. */
export interface RunningExample extends AsyncDisposable {
  /** The address it printed, without a slash at the end. */
  readonly url: string
  /** Stops it as Ctrl-C does; resolves with its exit code and everything it printed. */
  stop(): Promise<{ code: number | null; output: string }>
}

/**
 * Starts the built example in `folder` on `port` (0: any free one) and waits until it prints its address. Throws with
 * what it printed when it ends before that.
 */
export function startExample(folder: string, port = 0): Promise<RunningExample> {
  return start(folder, ['dist/server.js'], { PORT: String(port) })
}

/** The same for any program of a folder that prints its address. */
export function startScript(folder: string, ...words: string[]): Promise<RunningExample> {
  return start(folder, words, {})
}

async function start(folder: string, words: string[], env: NodeJS.ProcessEnv): Promise<RunningExample> {
  const child = spawn(process.execPath, words, {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const exited = once(child, 'close')
  const ready = new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream).on('line', (line) => {
        output += `${line}\n`
        const address = /http:\/\/\S+/.exec(line)?.[0]
        if (address !== undefined) resolve(address)
      })
    }
    exited.then(([code]) => reject(new Error(`${folder} ended with ${code} before it was ready:\n${output}`)))
  })
  const stop = async () => {
    if (child.exitCode === null) child.kill('SIGINT')
    const [code] = await exited
    return { code, output }
  }
  return { url: await ready, stop, [Symbol.asyncDispose]: async () => void (await stop()) }
}
