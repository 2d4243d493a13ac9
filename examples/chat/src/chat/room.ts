import { Subscribable } from '@tablecast/services/service'

/** Who is in the chat. */
export interface Member {
  readonly id: number
  name: string
}

/** A room: its members subscribe to it, and it tells what is said. */
export class Room extends Subscribable<
  Member,
  { message: [from: Member, text: string]; renamed: [from: string, to: string] }
> {
  readonly name: string

  constructor(name: string) {
    super()
    this.name = name
  }
}
