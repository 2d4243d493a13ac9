import type { NodeOf } from '../ast.js'
import { Cell } from '../value/cell.js'
import type { RowCompiler, Run } from './row-compiler.js'

export function compileConditional(compiler: RowCompiler, node: NodeOf<'conditional'>): Run {
  const { condition, consequent, alternative } = node
  const test = compiler.compile(condition)
  const then = compiler.compile(consequent)
  const none = Cell.none()
  const otherwise = alternative === null ? () => none : compiler.compile(alternative)
  const { holds } = compiler
  return () => (holds(test()) ? then() : otherwise())
}

export function compileSwitch(compiler: RowCompiler, { cases, fallback }: NodeOf<'switch'>): Run {
  const compiled = compileCases(compiler, cases)
  const otherwise = compiler.compile(fallback)
  const { holds } = compiler
  return () => {
    for (const [condition, consequent] of compiled) if (holds(condition())) return consequent()
    return otherwise()
  }
}

export function compileMultiSwitch(compiler: RowCompiler, { cases }: NodeOf<'multiSwitch'>): Run {
  const compiled = compileCases(compiler, cases)
  const out = new Cell()
  const { holds } = compiler
  return () => {
    out.setFloat(0)
    for (const [condition, consequent] of compiled) if (holds(condition())) out.copy(consequent())
    return out
  }
}

function compileCases(compiler: RowCompiler, cases: NodeOf<'switch'>['cases']): (readonly [Run, Run])[] {
  return cases.map(([condition, consequent]) => [compiler.compile(condition), compiler.compile(consequent)])
}
