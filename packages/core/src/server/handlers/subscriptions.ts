import { Enum } from '../../protocol/enums.js'
import type { Handlers } from './index.js'

/**
 * Requests that begin and end a view's notifications. The beginning is not answered; the end always succeeds, also for
 * what is not there.
 */
export const subscriptionHandlers: Handlers<
  'ViewOnUpdate' | 'ViewRemoveOnUpdate' | 'ViewOnRemove' | 'ViewRemoveOnRemove' | 'ViewOnDelete' | 'ViewRemoveDelete'
> = {
  ViewOnUpdate(call) {
    call.session.demandRoomForSubscription()
    call.currentView().onUpdate(call.msg_id, call.body.mode === Enum.Mode.ROW)
    return undefined
  },

  ViewRemoveOnUpdate({ session, entity_id, body }) {
    session.findView(entity_id)?.removeOnUpdate(body.id)
    return {}
  },

  ViewOnRemove(call) {
    call.session.demandRoomForSubscription()
    call.currentView().onRemove(call.msg_id)
    return undefined
  },

  ViewRemoveOnRemove({ session, entity_id, body }) {
    session.findView(entity_id)?.removeOnRemove(body.id)
    return {}
  },

  ViewOnDelete({ session, entity_id, msg_id }) {
    session.demandRoomForSubscription()
    session.findView(entity_id)?.onDelete(msg_id)
    return undefined
  },

  ViewRemoveDelete({ session, entity_id, body }) {
    session.findView(entity_id)?.removeOnDelete(body.id)
    return {}
  },
}
