import type { TypedSchema } from '@tablecast/engine'
import { COLUMN_TYPES } from '../../client/names.js'
import { minMaxScalar } from '../scalars.js'
import { wireConfig } from '../view-config.js'
import type { Handlers } from './index.js'

/** Requests about a view, except for its cells and its notifications. */
export const viewHandlers: Handlers<
  | 'ViewSchema'
  | 'ViewExpressionSchema'
  | 'ViewDimensions'
  | 'ViewGetConfig'
  | 'ViewColumnPaths'
  | 'ViewGetMinMax'
  | 'ViewExpand'
  | 'ViewCollapse'
  | 'ViewSetDepth'
  | 'ViewDelete'
> = {
  ViewSchema: (call) => ({ schema: schemaMap(call.currentView().view.schema()) }),

  ViewExpressionSchema: (call) => ({ schema: schemaMap(call.view().view.expressionSchema()) }),

  ViewDimensions: (call) => call.currentView().view.dimensions(),

  ViewGetConfig: (call) => ({ config: wireConfig(call.view().view.config) }),

  ViewColumnPaths(call) {
    const { start_col, end_col } = call.body
    return {
      paths: call
        .view()
        .view.columnPaths()
        .slice(start_col ?? 0, end_col),
    }
  },

  ViewGetMinMax(call) {
    const { view, source } = call.currentView()
    const { column_name } = call.body
    const [min, max] = view.minMax(column_name)
    // A view may show another type than the table's (a count of dates), or not show the column at all.
    const shown = view.schema().find(({ name }) => name === column_name)
    const isDate =
      shown === undefined
        ? source.table.schema.some(({ name, storage }) => name === column_name && storage === 'date')
        : shown.type === 'date'
    return { min: minMaxScalar(min, isDate), max: minMaxScalar(max, isDate) }
  },

  ViewExpand: (call) => ({ num_changed: call.currentView().view.expand(call.body.row_index) }),

  ViewCollapse: (call) => ({ num_changed: call.currentView().view.collapse(call.body.row_index) }),

  ViewSetDepth(call) {
    call.currentView().view.setDepth(call.body.depth)
    return {}
  },

  ViewDelete(call) {
    const view = call.view()
    view.notifyDeleted()
    call.session.removeView(view)
    call.reply({})
    view.source.settle()
    return undefined
  },
}

function schemaMap(schema: TypedSchema): Map<string, number> {
  return new Map(schema.map(({ name, type }) => [name, COLUMN_TYPES[type]]))
}
