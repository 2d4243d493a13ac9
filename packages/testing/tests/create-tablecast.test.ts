import { execFileSync, spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { websocket } from '@perspective-dev/client'
import { afterAll, expect, test } from 'vitest'
import { examples, startExample } from '../src/browser-example.js'
import { runInTerminal } from './cli-process.js'

const cli = fileURLToPath(new URL('../../create-tablecast/dist/cli.js', import.meta.url))
const home = mkdtempSync(join(tmpdir(), 'tablecast-create-'))
afterAll(() => rmSync(home, { recursive: true }))

/** Runs the command as `npm create` does, whatever runs these tests. */
function create(...args: string[]) {
  const env = { ...process.env, npm_config_user_agent: 'npm/11.0.0 node/v20.19.0' }
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], { cwd: home, encoding: 'utf8', env })
  return { status, output: stdout + stderr }
}

const files = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => !/^(node_modules|dist|\.turbo)/.test(file) && statSync(join(folder, file)).isFile())
    .sort()

test.each(['fastify', 'express', 'koa'])('%s: every file of the example, and nothing of this repository', (name) => {
  expect(create(`My ${name}`, '--framework', name)).toEqual({
    status: 0,
    output: `\nReady. Now:\n\n  cd My ${name}\n  npm install\n  npm run build\n  npm start\n\n`,
  })
  const folder = join(home, `My ${name}`)
  expect(files(folder)).toEqual([...files(examples + name), '.gitignore'].sort())
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  expect(manifest).toMatchObject({ name: `my-${name}`, version: '0.1.0', private: true })
  expect(JSON.stringify(manifest)).not.toMatch(/workspace:|example/)
})

// With the packages that the example has here; that it runs on packed ones in an empty folder is for `pnpm copy-out`.
test('B4 what it makes builds, starts, and serves the real client', { timeout: 120_000 }, async () => {
  const folder = join(home, 'runs')
  expect(create(folder, '--framework', 'koa').status).toBe(0)
  symlinkSync(join(examples, 'koa/node_modules'), join(folder, 'node_modules'))
  execFileSync('npm', ['run', 'build'], { cwd: folder, stdio: 'pipe' })
  await using app = await startExample(folder)
  expect((await fetch(app.url)).status).toBe(200)
  const client = await websocket(`${app.url.replace('http', 'ws')}/websocket`)
  expect(await (await client.open_table('orders')).size()).toBe(20)
  await client.terminate()
})

test('asks at a terminal for what is not given', async () => {
  const folder = join(home, 'asked')
  await using command = runInTerminal(cli, [])
  if (command === undefined) return
  await command.printed(/Folder of the app\?/)
  command.stdin.write(`${folder}\r`)
  await command.printed(/On which framework\?/)
  command.stdin.write('\x1b[B\r')
  expect((await command.ended()).output).toContain(`cd ${folder}`)
  expect(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).dependencies).toHaveProperty('express')
})

test('says what hinders it, and touches nothing', () => {
  const full = join(home, 'full')
  mkdirSync(full)
  writeFileSync(join(full, 'mine.txt'), 'mine')
  expect(create(full, '--framework', 'koa').output).toContain('is not empty ("mine.txt" is in it)')
  expect(create(join(full, 'mine.txt'), '-f', 'koa').output).toContain('is a file')
  expect(create('new', '--framework', 'hapi').output).toContain('Allowed choices are fastify, express, koa')
  expect(create('new').output).toContain('give a folder and --framework')
  expect(create('new').status).toBe(1)
  expect(readdirSync(full)).toEqual(['mine.txt'])
  expect(existsSync(join(home, 'new'))).toBe(false)
})
