import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../../', import.meta.url))

const markdown = (folder: string) =>
  readdirSync(join(root, folder))
    .filter((file) => file.endsWith('.md'))
    .map((file) => join(folder, file))

/** The documents that people read. */
export const documents = [
  ...markdown('.'),
  ...markdown('docs'),
  ...readdirSync(join(root, 'packages')).map((folder) => join('packages', folder, 'README.md')),
].filter((file) => existsSync(join(root, file)))

/** A fenced block of a document. */
export interface Snippet {
  /** The document and the line of the fence. */
  readonly at: string
  readonly language: string
  readonly text: string
  /** What the document says before the fence in a comment `<!-- given: ... -->`: code that the snippet presumes. */
  readonly given: string
}

export function snippetsOf(document: string): Snippet[] {
  const text = readFileSync(join(root, document), 'utf8')
  const fences = text.matchAll(/(?:<!-- given:\n([\s\S]*?)-->\n+)?^```(\w+)\n([\s\S]*?)^```$/gm)
  return Array.from(fences, ([, given = '', language, body], at) => ({
    at: `${document.replaceAll('/', '-').replace(/\.md$/, '')}-${at + 1}`,
    language: language!,
    text: body!,
    given,
  }))
}

/** The paths a document points to, relative to the root: targets of links, and what looks like a path in backticks. */
export function pathsOf(document: string): string[] {
  const text = readFileSync(join(root, document), 'utf8').replace(/^```[\s\S]*?^```$/gm, '')
  const links = Array.from(text.matchAll(/\]\((?!\w+:|#)([^)#]+)/g), ([, path]) =>
    relative(root, join(root, dirname(document), path!)),
  )
  const named = Array.from(text.matchAll(/`((?:packages|examples|docs|scripts)\/[\w./-]+)`/g), ([, path]) => path!)
  return [...links, ...named]
}
