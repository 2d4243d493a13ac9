import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import type { Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'

export const cli = fileURLToPath(new URL('../../cli/dist/cli.js', import.meta.url))

/** A running command. Disposing stops it as Ctrl-C does. */
export interface RunningCommand extends AsyncDisposable {
  readonly stdin: Writable
  /** Everything it printed so far, without colours. */
  output(): string
  /** Waits until the output matches; throws with the output when the command ends before that. */
  printed(pattern: RegExp): Promise<RegExpExecArray>
  /** What Ctrl-C does. */
  interrupt(): void
  /** Waits for its end. */
  ended(): Promise<{ code: number | null; output: string }>
}

/** Starts a Node script of these packages. */
export function run(script: string, args: readonly string[]): RunningCommand {
  return start(process.execPath, [script, ...args])
}

/** Starts it in a terminal of 100 columns; `undefined`, after saying so, where nothing makes one. */
export function runInTerminal(script: string, args: readonly string[]): RunningCommand | undefined {
  const maker = '/usr/bin/script'
  if (!existsSync(maker)) {
    console.warn(`What a terminal shows is not tested: no ${maker} to make one`)
    return undefined
  }
  const words = [process.execPath, script, ...args].map((word) => `'${word}'`)
  return start(maker, ['-qec', `stty cols 100 rows 30; exec ${words.join(' ')}`, '/dev/null'])
}

function start(file: string, args: readonly string[]): RunningCommand {
  const child = spawn(file, args, { stdio: 'pipe' })
  let output = ''
  const exited = once(child, 'close')
  let over = false
  void exited.then(() => {
    over = true
  })
  let news = () => {}
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text
      news()
    })
  }
  const read = () => stripVTControlCharacters(output)
  const ended = async () => ({ code: (await exited)[0] as number | null, output: read() })
  return {
    stdin: child.stdin,
    output: read,
    ended,
    interrupt: () => void child.kill('SIGINT'),
    async printed(pattern) {
      for (;;) {
        const match = pattern.exec(read())
        if (match !== null) return match
        if (over) throw new Error(`ended with ${child.exitCode} and no ${pattern}:\n${read()}`)
        const more = new Promise<void>((resolve) => {
          news = resolve
        })
        await Promise.race([more, exited])
      }
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null) child.kill('SIGINT')
      await exited
    },
  }
}
