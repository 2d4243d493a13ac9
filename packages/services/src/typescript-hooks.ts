// Module hooks for Node before 22.18, which cannot load TypeScript by itself. They do what newer Nodes do: types are
// blanked out, nothing else changes, and imports name their files with `.ts`.
import { readFile } from 'node:fs/promises'
import { createRequire, type LoadFnOutput, type LoadHookContext } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { transformSync } from '@swc/wasm-typescript'

let strip: typeof transformSync | undefined

/** Node's `load` hook. */
export async function load(
  url: string,
  context: LoadHookContext,
  nextLoad: (url: string, context: LoadHookContext) => LoadFnOutput | Promise<LoadFnOutput>,
): Promise<LoadFnOutput> {
  if (!url.startsWith('file:') || !new URL(url).pathname.endsWith('.ts')) return nextLoad(url, context)
  strip ??= loadStripper()
  const filename = fileURLToPath(url)
  const source = await readFile(filename, 'utf8')
  try {
    const { code } = strip(source, { filename, mode: 'strip-only', module: true })
    return { format: 'module', source: code, shortCircuit: true }
  } catch (error) {
    throw new SyntaxError(`${filename}: ${isProblem(error) ? `${error.message}\n${error.snippet}` : error}`)
  }
}

/** What the stripper throws is no Error. */
function isProblem(error: unknown): error is { message: string; snippet: string } {
  return typeof error === 'object' && error !== null && 'message' in error && 'snippet' in error
}

function loadStripper(): typeof transformSync {
  try {
    return createRequire(import.meta.url)('@swc/wasm-typescript').transformSync
  } catch {
    throw new Error(
      `Node ${process.version} cannot load TypeScript: install @swc/wasm-typescript, or run Node 22.18 or later`,
    )
  }
}
