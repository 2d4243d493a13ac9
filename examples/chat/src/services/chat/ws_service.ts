import { Service as Base } from '@tablecast/services/service'
import { Chat } from '../../chat/chat.js'

/** Hands what comes in to the chat, and what the chat says to its members. */
export class Service extends Base {
  override async run(): Promise<void> {
    const chat = new Chat((members, message) => this.send(members, JSON.stringify(message)))
    for await (const transaction of this.receiveQueue) {
      const { socket } = transaction
      if (transaction.type === 'NEWSOCKET') chat.enter(socket)
      else if (transaction.type === 'CLOSE') chat.exit(socket)
      else chat.handle(socket, transaction.data)
    }
  }
}
