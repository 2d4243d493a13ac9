import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'

/** Where a directory of services is served. */
export interface ServicesConfig {
  /** The directory of the services. */
  readonly root: string
  /** Default 127.0.0.1. */
  readonly host: string
  /** Default 8080; 0 for any free port. */
  readonly port: number
}

const defaults: ServicesConfig = { root: '.', host: '127.0.0.1', port: 8080 }

/** What a command line may say of it, as texts; `config` names a file. */
export type ServicesFlags = { readonly [name in keyof ServicesConfig | 'config']?: string }

/**
 * Puts together what a command line says and the JSON file it names: `{ "root": "services", "host": "0.0.0.0",
 * "port": 9000 }`, each value of it optional. A flag goes before the file; a root in the file counts from the file's
 * own place.
 *
 * @throws TypeError naming the value that is wrong, and what Node throws when the file cannot be read.
 */
export async function readConfig({ config, port, ...rest }: ServicesFlags): Promise<ServicesConfig> {
  const file = config === undefined ? {} : await readConfigFile(config)
  return check({ ...defaults, ...file, ...rest, ...(port !== undefined && { port: Number(port) }) })
}

async function readConfigFile(path: string): Promise<Record<string, unknown>> {
  const content: unknown = JSON.parse(await readFile(path, 'utf8'))
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw new TypeError(`${path} must hold a JSON object`)
  }
  const unknown = Object.keys(content).find((key) => !Object.hasOwn(defaults, key))
  if (unknown !== undefined)
    throw new TypeError(`${path}: unknown "${unknown}"; known: ${Object.keys(defaults).join(', ')}`)
  if (!('root' in content) || typeof content.root !== 'string') return { ...content }
  return { ...content, root: resolve(dirname(path), content.root) }
}

function check({ root, host, port }: Record<keyof ServicesConfig, unknown>): ServicesConfig {
  if (typeof root !== 'string') throw new TypeError('root must be a string')
  if (typeof host !== 'string') throw new TypeError('host must be a string')
  if (typeof port !== 'number' || !Number.isInteger(port) || port < 0 || port > 65535) {
    throw new TypeError('port must be a whole number from 0 to 65535')
  }
  return { root, host, port }
}
