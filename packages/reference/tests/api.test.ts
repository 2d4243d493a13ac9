import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { expect, test } from 'vitest'

// What the built packages export, written down in tests/api: a change of it is seen, and meant. `vitest -u` takes it over.

const packages = fileURLToPath(new URL('../../', import.meta.url))
const entries = readdirSync(packages).flatMap((folder) => {
  const {
    name,
    private: isPrivate,
    exports = {},
  } = JSON.parse(readFileSync(join(packages, folder, 'package.json'), 'utf8'))
  if (isPrivate) return []
  return Object.entries<{ types?: string }>(exports).flatMap(([path, { types }]) =>
    types === undefined ? [] : { entry: `${name}${path.slice(1)}`, file: join(packages, folder, types) },
  )
})

const program = ts.createProgram({
  rootNames: entries.map(({ file }) => file),
  options: {
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'],
    types: [],
    noEmit: true,
  },
})
const checker = program.getTypeChecker()
const printer = ts.createPrinter({ removeComments: true })

test.each(entries)('$entry', async ({ entry, file }) => {
  const source = program.getSourceFile(file)
  expect(source, `${file} is not there: build first`).toBeDefined()
  const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(source!)!)
  const own = file.slice(0, file.indexOf('/dist/'))
  const lines = exported.flatMap((symbol) => declarations(symbol, own)).sort((a, b) => (a < b ? -1 : 1))
  expect(lines.length).toBeGreaterThan(0)
  const changed = 'the exports have changed; if that is meant: pnpm build && pnpm unit packages/reference -u'
  await expect(`${lines.join('\n')}\n`, changed).toMatchFileSnapshot(
    `api/${entry.replace('@', '').replaceAll('/', '-')}.txt`,
  )
})

/** An export's name and declarations; of what comes from another package, which has a snapshot of its own, the file. */
function declarations(symbol: ts.Symbol, own: string): string[] {
  const name = symbol.getName()
  const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
  return (target.declarations ?? []).map((declaration) => {
    const from = declaration.getSourceFile()
    if (!from.fileName.startsWith(own)) return `${name}: ${relative(packages, from.fileName)}`
    const node = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration
    const text = printer.printNode(ts.EmitHint.Unspecified, node, from)
    return `${name}: ${text.replace(/^(export )?(declare )?/, '').replace(/\n? +(readonly )?#private;\n/g, '\n')}`
  })
}
