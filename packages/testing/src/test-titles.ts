import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './snippets.js'

const files = (folder: string) =>
  readdirSync(join(root, 'packages', folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts') && !/node_modules|dist/.test(file))
    .map((file) => join(root, 'packages', folder, file))

const escaped = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')

/** What stands before a title: `it(`, `test(`, `describe(`, or the end of a table of cases. */
const titles = /(?:\b(?:it|test|describe)|\)|`)\(\s*(?:'((?:\\.|[^'\\])+)'|"((?:\\.|[^"\\])+)"|`([^`]+)`),/g

const withoutId = (title: string) => title.replace(/^[A-H]\d+ /, '')

/** Matches what a title with `%s`, `%j` or `$name` in it becomes; undefined for one of nothing else. */
function filledIn(title: string): RegExp | undefined {
  const parts = title.split(/%[sj]|\$\{?\w+\}?/)
  return parts.length > 1 && /\w\w/.test(parts.join('')) ? new RegExp(`^${parts.map(escaped).join('.+')}$`) : undefined
}

let all: { readonly text: string; readonly pattern: RegExp | undefined }[] | undefined

/** Whether a name is that of a test or of a group of tests, or begins one. The feature id may be its group's. */
export function namesTest(name: string): boolean {
  all ??= readdirSync(join(root, 'packages'))
    .flatMap(files)
    .flatMap((file) => Array.from(readFileSync(file, 'utf8').matchAll(titles), ([, a, b, c]) => (a ?? b ?? c)!))
    .map((title) => withoutId(title.replaceAll(/\\(.)/g, '$1')))
    .map((text) => ({ text, pattern: filledIn(text) }))
  const wanted = withoutId(name).replace(/ …$/, '')
  return all.some(({ text, pattern }) => text.startsWith(wanted) || pattern?.test(wanted))
}
