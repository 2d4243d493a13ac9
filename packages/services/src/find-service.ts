import { realpath, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'

const extensions = ['.ts', '.js', '.mjs']

/** Characters that are separators, drive letters or encodings somewhere, or cannot be seen. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const forbidden = /[\x00-\x1f\x7f\\:%]/

/**
 * The module that serves a path: `foo/bar/` is `foo/bar/ws_service.{ts,js,mjs}`, `foo/bar` is `foo/bar.{ts,js,mjs}`,
 * the first of these that exists. Nothing outside the root is ever looked at by way of names; links are followed only
 * to places below it.
 *
 * @param root a directory.
 * @param path below the root, percent-decoded once.
 * @returns the module's real path; undefined when there is none or the path may not be asked for.
 */
export async function findService(root: string, path: string): Promise<string | undefined> {
  const segments = path.split('/')
  if (segments.at(-1) === '') segments[segments.length - 1] = 'ws_service'
  if (!segments.every(isAllowed) || segments.at(-1)?.includes('.')) return undefined
  for (const extension of extensions) {
    const file = await realFile(root, `${join(root, ...segments)}${extension}`)
    if (file !== undefined) return file
  }
  return undefined
}

function isAllowed(segment: string): boolean {
  return segment !== '' && !segment.startsWith('.') && segment !== 'node_modules' && !forbidden.test(segment)
}

async function realFile(root: string, file: string): Promise<string | undefined> {
  try {
    const [realRoot, real] = await Promise.all([realpath(root), realpath(file)])
    if (!relative(realRoot, real).split(sep).every(isAllowed)) return undefined
    return (await stat(real)).isFile() ? real : undefined
  } catch {
    return undefined
  }
}
