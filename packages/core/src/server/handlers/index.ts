import type { RequestCase } from '../../protocol/messages.js'
import type { Handler } from '../call.js'
import { hostingHandlers } from './hosting.js'
import { makeTableHandlers } from './make-table.js'
import { mutationHandlers } from './mutations.js'
import { readHandlers } from './reads.js'
import { subscriptionHandlers } from './subscriptions.js'
import { tableHandlers } from './tables.js'
import { viewHandlers } from './views.js'

/** Every request of the wire and who serves it. */
export const handlers: { readonly [C in RequestCase]: Handler<C> } = {
  ...hostingHandlers,
  ...makeTableHandlers,
  ...mutationHandlers,
  ...readHandlers,
  ...subscriptionHandlers,
  ...tableHandlers,
  ...viewHandlers,
}

/** Some of them. */
export type Handlers<C extends RequestCase> = { readonly [K in C]: Handler<K> }
