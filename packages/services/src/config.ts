import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { parseArgs } from 'node:util'

/** Where `tablecast services` serves what. */
export interface CliConfig {
  /** The directory of the services. */
  readonly root: string
  /** Default 127.0.0.1. */
  readonly host: string
  /** Default 8080; 0 for any free port. */
  readonly port: number
}

const defaults: CliConfig = { root: '.', host: '127.0.0.1', port: 8080 }

/**
 * Reads the command line, and the JSON file that `--config` names: `{ "root": "services", "host": "0.0.0.0",
 * "port": 9000 }`, each value of it optional. A flag goes before the file; a root in the file counts from the file's
 * own place.
 *
 * @param args what follows `tablecast services`.
 * @throws TypeError naming the flag or the value that is wrong.
 */
export async function readConfig(args: readonly string[]): Promise<CliConfig> {
  const flag = { type: 'string' } as const
  const { values } = parseArgs({ args: [...args], options: { root: flag, host: flag, port: flag, config: flag } })
  const { config, port, ...rest } = values
  const file = config === undefined ? {} : await readConfigFile(config)
  return check({ ...defaults, ...file, ...rest, ...(port !== undefined && { port: Number(port) }) })
}

async function readConfigFile(path: string): Promise<Record<string, unknown>> {
  const content: unknown = JSON.parse(await readFile(path, 'utf8'))
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw new TypeError(`${path} must hold a JSON object`)
  }
  const unknown = Object.keys(content).find((key) => !(key in defaults))
  if (unknown !== undefined)
    throw new TypeError(`${path}: unknown "${unknown}"; known: ${Object.keys(defaults).join(', ')}`)
  if (!('root' in content) || typeof content.root !== 'string') return { ...content }
  return { ...content, root: resolve(dirname(path), content.root) }
}

function check({ root, host, port }: Record<keyof CliConfig, unknown>): CliConfig {
  if (typeof root !== 'string') throw new TypeError('root must be a string')
  if (typeof host !== 'string') throw new TypeError('host must be a string')
  if (typeof port !== 'number' || !Number.isInteger(port) || port < 0 || port > 65535) {
    throw new TypeError('port must be a whole number from 0 to 65535')
  }
  return { root, host, port }
}
