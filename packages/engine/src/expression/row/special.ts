import { Cell } from '../value/cell.js'
import { type Arithmetic, applyArithmetic, compare, compareRaw } from '../value/operators.js'
import { UNARY } from '../value/unary.js'
import type { Run } from './row-compiler.js'

// The formulas of `$f00` to `$f99`. Most are arithmetic on x, y, z and w, kept here as bracketed text.

const FORMULAS: readonly string[] = [
  '((x+y)/z)',
  '((x+y)*z)',
  '((x+y)-z)',
  '((x+y)+z)',
  '((x-y)+z)',
  '((x-y)/z)',
  '((x-y)*z)',
  '((x*y)+z)',
  '((x*y)-z)',
  '((x*y)/z)',
  '((x*y)*z)',
  '((x/y)+z)',
  '((x/y)-z)',
  '((x/y)/z)',
  '((x/y)*z)',
  '(x/(y+z))',
  '(x/(y-z))',
  '(x/(y*z))',
  '(x/(y/z))',
  '(x*(y+z))',
  '(x*(y-z))',
  '(x*(y*z))',
  '(x*(y/z))',
  '(x-(y+z))',
  '(x-(y-z))',
  '(x-(y/z))',
  '(x-(y*z))',
  '(x+(y*z))',
  '(x+(y/z))',
  '(x+(y+z))',
  '(x+(y-z))',
  '((x*2y)+z)',
  '((x*3y)+z)',
  '((x*4y)+z)',
  '((x*5y)+z)',
  '((x*6y)+z)',
  '((x*7y)+z)',
  '((x*8y)+z)',
  '((x*9y)+z)',
  '((x*Ly)+z)',
  '((x*Ly)-z)',
  '((x*Ty)+z)',
  '((x*Ty)-z)',
  '((x*Sy)+z)',
  '((x*Sy)-z)',
  '((x*Cy)+z)',
  '((x*Cy)-z)',
  '?x',
  '(x+((y+z)/w))',
  '(x+((y+z)*w))',
  '(x+((y-z)/w))',
  '(x+((y-z)*w))',
  '(x+((y*z)/w))',
  '(x+((y*z)*w))',
  '(x+((y/z)+w))',
  '(x+((y/z)/w))',
  '(x+((y/z)*w))',
  '(x-((y+z)/w))',
  '(x-((y+z)*w))',
  '(x-((y-z)/w))',
  '(x-((y-z)*w))',
  '(x-((y*z)/w))',
  '(x-((y*z)*w))',
  '(x-((y/z)/w))',
  '(x-((y/z)*w))',
  '(((x+y)*z)-w)',
  '(((x-y)*z)-w)',
  '(((x*y)*z)-w)',
  '(((x/y)*z)-w)',
  '(((x+y)/z)-w)',
  '(((x-y)/z)-w)',
  '(((x*y)/z)-w)',
  '(((x/y)/z)-w)',
  '((x*y)+(z*w))',
  '((x*y)-(z*w))',
  '((x*y)+(z/w))',
  '((x*y)-(z/w))',
  '((x/y)+(z/w))',
  '((x/y)-(z/w))',
  '((x/y)-(z*w))',
  '(x/(y+(z*w)))',
  '(x/(y-(z*w)))',
  '(x*(y+(z*w)))',
  '(x*(y-(z*w)))',
  '((x*2y)+(z*2w))',
  '((x*3y)+(z*3w))',
  '((x*4y)+(z*4w))',
  '((x*5y)+(z*5w))',
  '((x*6y)+(z*6w))',
  '((x*7y)+(z*7w))',
  '((x*8y)+(z*8w))',
  '((x*9y)+(z*9w))',
  '?and',
  '?or',
  '?<',
  '?<=',
  '?>',
  '?>=',
  '?==',
  '((x*Sy)+(z*Cw))',
]

const OPERANDS = 'xyzw'
const PREFIXES: Readonly<Record<string, string>> = { L: 'log', T: 'log10', S: 'sin', C: 'cos' }

/** What computes a `$f` formula of operands that are evaluated in turn. */
export function compileSpecial(id: number, operands: readonly Run[], isTrue: (cell: Cell) => boolean): Run {
  const formula = FORMULAS[id]!
  if (formula.startsWith('?')) return choice(formula.slice(1), operands, isTrue)
  const values = operands.map(() => new Cell())
  const run = new FormulaReader(formula, values).read()
  return () => {
    takeOperands(operands, values)
    return run()
  }
}

function takeOperands(operands: readonly Run[], values: readonly Cell[]): void {
  for (let i = 0; i < operands.length; i++) values[i]!.copy(operands[i]!())
}

function choice(test: string, operands: readonly Run[], isTrue: (cell: Cell) => boolean): Run {
  const values = operands.map(() => new Cell())
  const [x, y] = values as [Cell, Cell]
  const result = new Cell()
  const holds = (): boolean => {
    switch (test) {
      case 'x':
        return isTrue(x)
      case 'and':
        return isTrue(x) && isTrue(y)
      case 'or':
        return isTrue(x) || isTrue(y)
      case '==':
        compare('==', x, y, result, null)
        return isTrue(result)
      default:
        return compareRaw(test as '<' | '<=' | '>' | '>=', x, y)
    }
  }
  const first = operands.length - 2
  return () => {
    takeOperands(operands, values)
    return holds() ? values[first]! : values[first + 1]!
  }
}

/** Reads a formula: an operand, one behind a power or function mark, or two around an operator in brackets. */
class FormulaReader {
  readonly #text: string
  readonly #values: readonly Cell[]
  #at = 0

  constructor(text: string, values: readonly Cell[]) {
    this.#text = text
    this.#values = values
  }

  read(): Run {
    const char = this.#text[this.#at++]!
    const out = new Cell()
    if (char === '(') {
      const left = this.read()
      const operator = this.#text[this.#at++] as Arithmetic
      const right = this.read()
      this.#at++
      return () => {
        applyArithmetic(operator, left(), right(), out)
        return out
      }
    }
    const place = OPERANDS.indexOf(char)
    if (place >= 0) return () => this.#values[place]!
    const operand = this.read()
    const name = PREFIXES[char]
    if (name === undefined) return power(operand, Number(char))
    const unary = UNARY.get(name)!
    return () => {
      unary(operand(), out)
      return out
    }
  }
}

/** A whole power by multiplication, in the reference's order. */
function power(operand: Run, exponent: number): Run {
  if (exponent === 1) return operand
  const out = new Cell()
  if (exponent === 3) return product(product(operand, operand, new Cell()), operand, out)
  if (exponent % 2 === 0) {
    const half = power(operand, exponent / 2)
    return product(half, half, out)
  }
  return product(power(operand, exponent - 1), operand, out)
}

function product(left: Run, right: Run, out: Cell): Run {
  return () => {
    applyArithmetic('*', left(), right(), out)
    return out
  }
}
