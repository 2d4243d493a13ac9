import { readdirSync, readFileSync } from 'node:fs'
import { extname, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Face } from '@tablecast/gateway'

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.wasm': 'application/wasm',
}

/** The built page, from memory: what is not in it cannot be asked for. */
export function pageFiles(): Face {
  const root = fileURLToPath(new URL('page', import.meta.url))
  const files = new Map<string, { body: Uint8Array<ArrayBuffer>; type: string }>()
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const file = join(entry.parentPath, entry.name)
    const type = types[extname(file)] ?? 'application/octet-stream'
    files.set(file.slice(root.length).split(sep).join('/'), { body: new Uint8Array(readFileSync(file)), type })
  }
  return ({ url }) => {
    const { pathname } = new URL(url)
    const file = files.get(pathname === '/' ? '/index.html' : pathname)
    if (file === undefined) return new Response('not found\n', { status: 404 })
    return new Response(file.body, { headers: { 'content-type': file.type } })
  }
}
