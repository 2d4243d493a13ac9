import { compilePattern, type Pattern } from '../text/pattern.js'
import { byteLength } from '../text/utf8.js'
import { BOOLEAN, type Cell, CLEAR, STRING, VALID } from '../value/cell.js'
import { type Arg, type Environment, type FunctionDef, scalarOf, textOf, vectorOf } from './function.js'
import { isString } from './string.js'

/** Functions that take a regular expression, in RE2's syntax. */
export const PATTERNS: readonly FunctionDef[] = [
  matching('match', (pattern, text) => pattern.find(text) !== null),
  matching('match_all', (pattern, text) => pattern.matches(text)),
  { name: 'search', params: 'TS', pure: true, make: search },
  { name: 'indexof', params: 'TSV', pure: false, make: indexOf },
  replacing('replace', false),
  replacing('replace_all', true),
]

/** The pattern of a text argument, compiled anew only when it differs; null when it is no pattern. */
function patternOf(arg: Arg, environment: Environment): () => Pattern | null {
  const run = textOf(arg)
  let source: string | null = null
  let pattern: Pattern | null = null
  return () => {
    const text = run()
    if (text !== source) {
      source = text
      pattern = compilePattern(text, environment.budget)
    }
    return pattern
  }
}

function matching(name: string, test: (pattern: Pattern, text: string) => boolean): FunctionDef {
  return {
    name,
    params: 'TS',
    pure: true,
    make: (args, environment) => {
      const run = scalarOf(args[0]!)
      const pattern = patternOf(args[1]!, environment)
      return (out) => {
        const cell = run()
        const compiled = pattern()
        if (!isString(cell) || compiled === null) {
          out.clear(BOOLEAN, CLEAR)
          return
        }
        out.clear(BOOLEAN)
        if (cell.status !== VALID) return
        environment.budget.text(cell.text.length)
        out.setBoolean(test(compiled, cell.text))
      }
    },
  }
}

/** What the first group of the first match holds; null when there is none, or nothing in it. */
function search(args: readonly Arg[], environment: Environment): (out: Cell) => void {
  const run = scalarOf(args[0]!)
  const pattern = patternOf(args[1]!, environment)
  return (out) => {
    const cell = run()
    const compiled = pattern()
    if (!isString(cell) || compiled === null || compiled.groups < 1) {
      out.clear(STRING, CLEAR)
      return
    }
    out.clear(STRING)
    if (cell.status !== VALID) return
    environment.budget.text(cell.text.length)
    const group = compiled.find(cell.text)?.group
    if (group != null && group.to > group.from) out.setString(cell.text.slice(group.from, group.to))
  }
}

/** Puts first and last place of the first group of the first match into a vector; false when there is no match. */
function indexOf(args: readonly Arg[], environment: Environment): (out: Cell) => void {
  const run = scalarOf(args[0]!)
  const pattern = patternOf(args[1]!, environment)
  const target = vectorOf(args[2]!)
  return (out) => {
    const cell = run()
    const cells = target()
    const compiled = pattern()
    if (!isString(cell) || compiled === null || compiled.groups < 1 || cells.length < 2) {
      out.clear(BOOLEAN, CLEAR)
      return
    }
    out.clear(BOOLEAN)
    if (cell.status !== VALID) return
    environment.budget.text(cell.text.length)
    const group = compiled.find(cell.text)?.group
    out.setBoolean(group != null && group.to > group.from)
    if (out.value === 0) return
    const before = byteLength(cell.text.slice(0, group!.from))
    cells[0]!.setFloat(before)
    cells[1]!.setFloat(before + byteLength(cell.text.slice(group!.from, group!.to)) - 1)
  }
}

function replacing(name: string, all: boolean): FunctionDef {
  return {
    name,
    params: 'TS?',
    pure: true,
    make: (args, environment) => {
      const run = scalarOf(args[0]!)
      const pattern = patternOf(args[1]!, environment)
      const by = args[2]!
      return (out) => {
        out.clear(STRING)
        const cell = run()
        let replacement: string | null
        if (by.kind === 'scalar') {
          const value = by.run()
          replacement = value.type === STRING ? value.text : null
          if (value.status !== VALID && !environment.validating && replacement !== null) return
        } else {
          replacement = by.kind === 'text' && by.run() === '' ? '' : null
        }
        const compiled = pattern()
        if (cell.type !== STRING || replacement === null || compiled === null) {
          out.status = CLEAR
          return
        }
        if (environment.validating || cell.status !== VALID || cell.text === '') return
        environment.budget.text(cell.text.length)
        const replaced = compiled.replace(cell.text, replacement, all, environment.budget)
        if (replaced === null) out.copy(cell)
        else out.setString(replaced)
      }
    },
  }
}
