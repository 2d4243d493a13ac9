import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const frameworks = ['fastify', 'express', 'koa'] as const
export type Framework = (typeof frameworks)[number]

/**
 * What hinders an app in this folder, in words; `undefined` when nothing does. A new folder is fine, and so is one that
 * holds nothing but a repository.
 */
export function hindrance(folder: string): string | undefined {
  const stat = statSync(folder, { throwIfNoEntry: false })
  if (stat === undefined) return undefined
  if (!stat.isDirectory()) return `${folder} is a file; give the name of a new folder`
  const found = readdirSync(folder).find((name) => name !== '.git')
  return found === undefined ? undefined : `${folder} is not empty ("${found}" is in it); give the name of a new folder`
}

/**
 * Copies a framework's example into a folder as an app of its own.
 *
 * @throws TypeError when the folder is not empty.
 */
export function create(framework: Framework, folder: string): void {
  const problem = hindrance(folder)
  if (problem !== undefined) throw new TypeError(problem)
  mkdirSync(folder, { recursive: true })
  cpSync(fileURLToPath(new URL(`templates/${framework}`, import.meta.url)), folder, { recursive: true })
  const path = join(folder, 'package.json')
  const { license: _, ...manifest } = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>
  const app = { ...manifest, name: packageName(folder), version: '0.1.0', description: 'Live tables.' }
  writeFileSync(path, `${JSON.stringify(app, null, 2)}\n`)
  writeFileSync(join(folder, '.gitignore'), 'node_modules/\ndist/\n')
}

/** A name that npm takes, from the folder's. */
function packageName(folder: string): string {
  const name = basename(resolve(folder))
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[._-]+|-+$/g, '')
  return name === '' ? 'live-tables' : name
}
