import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readConfig, type ServicesFlags } from './config.js'

const folder = mkdtempSync(join(tmpdir(), 'tablecast-'))
afterAll(() => rmSync(folder, { recursive: true }))

function file(content: string): string {
  const path = join(folder, 'config.json')
  writeFileSync(path, content)
  return path
}

test('D6 each value of the config file is overridden by its flag', async () => {
  expect(await readConfig({})).toEqual({ root: '.', host: '127.0.0.1', port: 8080 })
  const config = file('{ "root": "services", "host": "0.0.0.0", "port": 9000 }')
  const read = (flags: ServicesFlags) => readConfig({ config, ...flags })
  expect(await read({})).toEqual({ root: join(folder, 'services'), host: '0.0.0.0', port: 9000 })
  expect(await read({ port: '0' })).toMatchObject({ host: '0.0.0.0', port: 0 })
  expect(await read({ host: '::1' })).toMatchObject({ host: '::1', port: 9000 })
  expect(await read({ root: 'elsewhere' })).toMatchObject({ root: 'elsewhere', port: 9000 })
})

test.each([
  ['{ "prot": 1 }', {}, 'unknown "prot"'],
  ['{ "toString": 1 }', {}, 'unknown "toString"'],
  ['[]', {}, 'must hold a JSON object'],
  ['{ "port": "1" }', {}, 'port must be'],
  ['{ "root": 1 }', {}, 'root must be'],
  ['{ "host": null }', {}, 'host must be'],
  ['{}', { port: '65536' }, 'port must be'],
  ['{}', { port: 'x' }, 'port must be'],
  ['{', {}, 'JSON'],
])('D6 %s %j is refused', async (content, flags, message) => {
  await expect(readConfig({ config: file(content), ...flags })).rejects.toThrow(message)
})
