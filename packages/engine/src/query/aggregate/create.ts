import type { Column } from '../../columns/column.js'
import { columnType, type Storage } from '../../columns/storage.js'
import type { Table } from '../../table/table.js'
import type { GroupTree } from '../group/group-tree.js'
import type { AnyAggregation } from './aggregation.js'
import { CountAggregation } from './count.js'
import { DistinctCountKernel, DominantKernel } from './distinct.js'
import { KernelAggregation } from './evaluated.js'
import { ExtremeByKernel, ExtremeKernel } from './extreme.js'
import { ExtremeAggregation, type ExtremeScope } from './extreme-running.js'
import { GrossKernel, type RowGroups } from './gross.js'
import { JoinKernel } from './join.js'
import type { Kernel } from './kernel.js'
import { MeanAggregation } from './mean.js'
import type { AggregateName } from './names.js'
import { AndKernel, AnyKernel, EndKernel, LastKernel, LastMinusFirstKernel, UniqueKernel } from './pick.js'
import { ProductKernel } from './product.js'
import { QuantileKernel } from './quantile.js'
import { SpanAggregation } from './span.js'
import { SumAggregation } from './sum.js'
import { VarianceAggregation } from './variance.js'

/** What an aggregate is made for. */
export interface AggregateContext {
  readonly table: Table
  readonly tree: GroupTree
  /** How many of the tree's levels group rows; the levels below split. */
  readonly rowLevels: number
  readonly groups: RowGroups
  /** The aggregated column and the arguments, as they stand. */
  readonly columns: () => readonly Column[]
}

/** An aggregate of a column of storage `source` over the nodes of a tree. */
export function createAggregation(name: AggregateName, source: Storage, context: AggregateContext): AnyAggregation {
  const { tree } = context
  switch (name) {
    case 'count':
      return new CountAggregation(tree)
    case 'sum':
    case 'sum not null':
      return new SumAggregation(tree, source, false, 'sum')
    case 'sum abs':
      return new SumAggregation(tree, source, true, 'sum')
    case 'abs sum':
      return new SumAggregation(tree, source, false, 'abs')
    case 'pct sum parent':
      return new SumAggregation(tree, source, false, 'percent of parent')
    case 'pct sum grand total':
      return new SumAggregation(tree, source, false, 'percent of total')
    case 'mean':
    case 'weighted mean':
      return new MeanAggregation(tree)
    case 'variance':
    case 'stddev':
      return new VarianceAggregation(tree, name === 'stddev')
    case 'high minuslow':
      return new SpanAggregation(tree, source)
    case 'min':
    case 'max':
    case 'low water mark':
    case 'high water mark':
      return createExtreme(name, source, context)
    default:
      return evaluated(
        createKernel(name, source, context),
        source,
        context,
        name !== 'join' && name !== 'distinct leaf',
      )
  }
}

/** An extreme; of text it is looked for when it is asked for, since the order of a dictionary's codes changes. */
function createExtreme(
  name: 'min' | 'max' | 'low water mark' | 'high water mark',
  source: Storage,
  context: AggregateContext,
): AnyAggregation {
  const isLargest = name === 'max' || name === 'high water mark'
  const scope: ExtremeScope = isMark(name) ? 'mark' : 'rows'
  if (source === 'string')
    return evaluated(new ExtremeKernel(source, isLargest, scope === 'mark'), source, context, true)
  return new ExtremeAggregation(context.tree, source, isLargest ? 'largest' : 'smallest', scope)
}

/** True for aggregates that remember values which are gone. */
export function isMark(name: AggregateName): boolean {
  return name === 'high water mark' || name === 'low water mark'
}

/** True for aggregates whose value above the leaves depends on the order in which groups were made: see `NodeRows`. */
export function isOfOrder(name: AggregateName): boolean {
  return OF_ORDER.has(name)
}

const OF_ORDER: ReadonlySet<AggregateName> = new Set(['last value', 'any', 'or', 'dominant', 'min by', 'max by'])

function evaluated(
  kernel: Kernel,
  source: Storage,
  { tree, columns }: AggregateContext,
  sharesTexts: boolean,
): AnyAggregation {
  return new KernelAggregation(kernel, tree.depth + 1, columns, sharesTexts && columnType(source) === 'string')
}

type EvaluatedName = Exclude<
  AggregateName,
  | 'count'
  | 'sum'
  | 'sum not null'
  | 'sum abs'
  | 'abs sum'
  | 'pct sum parent'
  | 'pct sum grand total'
  | 'mean'
  | 'weighted mean'
  | 'variance'
  | 'stddev'
  | 'min'
  | 'max'
  | 'low water mark'
  | 'high water mark'
  | 'high minuslow'
>

function createKernel(name: EvaluatedName, source: Storage, context: AggregateContext): Kernel {
  const { table, tree, rowLevels, groups } = context
  switch (name) {
    case 'min by':
      return new ExtremeByKernel(source, false)
    case 'max by':
      return new ExtremeByKernel(source, true)
    case 'q1':
      return new QuantileKernel(source, 0.25)
    case 'median':
      return new QuantileKernel(source, 0.5)
    case 'q3':
      return new QuantileKernel(source, 0.75)
    case 'distinct count':
      return new DistinctCountKernel(source)
    case 'distinct leaf':
      return new UniqueKernel(source, tree.depth)
    case 'unique':
      return new UniqueKernel(source, null)
    case 'dominant':
      return new DominantKernel(source)
    case 'any':
    case 'or':
      return new AnyKernel(source)
    case 'and':
      return new AndKernel()
    case 'first':
      return new EndKernel(source, table, 'first')
    case 'last by index':
      return new EndKernel(source, table, 'last')
    case 'last minus first':
      return new LastMinusFirstKernel(source, table)
    case 'last value':
      return new LastKernel(source)
    case 'mul':
      return new ProductKernel(source)
    case 'join':
      return new JoinKernel(source)
    case 'gmv':
      return new GrossKernel(source, groups, rowLevels)
  }
}
