import { compareText } from '../../columns/text-order.js'
import type { NodeOf, TextNode } from '../ast.js'
import { sliceBytes } from '../text/utf8.js'
import { Cell } from '../value/cell.js'
import { compareOrder } from '../value/operators.js'
import { placeOf } from './place.js'
import type { RowCompiler, Run } from './row-compiler.js'

/** What gives a text node's text. */
export function compileText(compiler: RowCompiler, node: TextNode): () => string {
  switch (node.kind) {
    case 'text':
      return () => node.text
    case 'textVariable': {
      const holder = compiler.textLocal(node.variable)
      return () => holder.text
    }
    case 'textJoin': {
      const left = compileText(compiler, node.left)
      const right = compileText(compiler, node.right)
      const { budget } = compiler.environment
      return () => {
        const text = left() + right()
        budget.text(text.length)
        return text
      }
    }
    case 'textAssign': {
      const holder = compiler.textLocal(node.target)
      const value = compileText(compiler, node.value)
      const { budget } = compiler.environment
      return () => {
        const text = value()
        holder.text = node.append ? holder.text + text : text
        budget.text(holder.text.length)
        return holder.text
      }
    }
    case 'textConditional': {
      const test = compiler.compile(node.condition)
      const then = compileText(compiler, node.consequent)
      const otherwise = compileText(compiler, node.alternative)
      const { holds } = compiler
      return () => (holds(test()) ? then() : otherwise())
    }
    case 'textSequence': {
      const before = node.before.map((statement) => compiler.compile(statement))
      const text = compileText(compiler, node.text)
      return () => {
        for (const run of before) run()
        return text()
      }
    }
    case 'textRange': {
      const text = compileText(compiler, node.text)
      const from = node.from === null ? null : compiler.compile(node.from)
      const to = node.to === null ? null : compiler.compile(node.to)
      return () => {
        const whole = text()
        const first = from === null ? 0 : placeOf(from())
        // As in the reference, an open end leaves out the last character of a literal.
        const open = node.text.kind === 'text' ? whole.length - 1 : whole.length
        return sliceBytes(whole, first, to === null ? open : placeOf(to()))
      }
    }
  }
}

/** A text where a value is wanted: it has none. */
export function compileTextValue(compiler: RowCompiler, node: TextNode): Run {
  const text = compileText(compiler, node)
  const none = Cell.none()
  return () => {
    text()
    return none
  }
}

export function compileCompareTexts(compiler: RowCompiler, node: NodeOf<'compareTexts'>): Run {
  const left = compileText(compiler, node.left)
  const right = compileText(compiler, node.right)
  const out = new Cell()
  return () => {
    out.setBoolean(compareOrder(node.operator, compareText(left(), right())))
    return out
  }
}

export function compileTextLength(compiler: RowCompiler, node: NodeOf<'textLength'>): Run {
  const text = compileText(compiler, node.text)
  const out = new Cell()
  return () => {
    out.setFloat(text().length)
    return out
  }
}
