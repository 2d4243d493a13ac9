// What a service's module imports; nothing of the server comes along into its worker.
export type { ReceiveQueue } from './receive-queue.js'
export type { SendQueue } from './send-queue.js'
export { Service, type ServiceContext } from './service.js'
export { Subscribable, type SubscriptionEvents } from './subscribable.js'
export type {
  CloseTransaction,
  DataTransaction,
  NewSocketTransaction,
  SendClose,
  SendData,
  SendTransaction,
  SocketId,
  SocketInfo,
  Transaction,
} from './transaction.js'
