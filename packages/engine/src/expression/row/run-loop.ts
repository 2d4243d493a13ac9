import type { NodeOf } from '../ast.js'
import { Cell } from '../value/cell.js'
import { stepsOf } from '../weight.js'
import type { RowCompiler, Run } from './row-compiler.js'

/** Thrown by `break` (with the loop's value) and `continue` (null), caught by the loop around them. */
class Jump {
  readonly value: Cell | null

  constructor(value: Cell | null) {
    this.value = value
  }
}

/** A loop; its value is that of its body's last turn, 0 when there was none. */
export function compileLoop(compiler: RowCompiler, node: NodeOf<'while' | 'for'>): Run {
  const condition = compiler.compile(node.condition)
  const body = compiler.compile(node.body)
  const initialiser = node.kind === 'for' && node.initialiser !== null ? compiler.compile(node.initialiser) : null
  const increment = node.kind === 'for' && node.increment !== null ? compiler.compile(node.increment) : null
  const { holds } = compiler
  const { budget } = compiler.environment
  const steps = stepsOf([node.condition, node.body, node.kind === 'for' ? (node.increment ?? []) : []])
  const out = new Cell()
  return () => {
    out.setFloat(0)
    initialiser?.()
    while (holds(condition())) {
      budget.turn(steps)
      try {
        out.copy(body())
      } catch (jump) {
        if (!(jump instanceof Jump)) throw jump
        if (jump.value !== null) {
          out.copy(jump.value)
          return out
        }
      }
      increment?.()
    }
    return out
  }
}

/** `break`, with the value that the loop then has. */
export function compileBreak(compiler: RowCompiler, { value }: NodeOf<'break'>): Run {
  const run = value === null ? null : compiler.compile(value)
  const none = Cell.none()
  return () => {
    throw new Jump(run === null ? none : run())
  }
}

export function compileContinue(): Run {
  return () => {
    throw new Jump(null)
  }
}
