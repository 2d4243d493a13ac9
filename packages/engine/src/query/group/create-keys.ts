import type { Storage } from '../../columns/storage.js'
import type { Keys } from './keys.js'
import { NumberKeys } from './number-keys.js'
import { TextKeys } from './text-keys.js'

/** Keys for columns of a storage. */
export function createKeys(storage: Storage): Keys {
  return storage === 'string' ? new TextKeys() : new NumberKeys(storage)
}
