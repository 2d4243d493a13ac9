import { type Answer, parseRequest, type Request } from './messages.js'
import { type Member, Room } from './room.js'

/** Sends a message to members, by id. */
export type Send = (members: readonly number[], message: Answer) => void

const nameLength = 32
const textLength = 2000
const roomsPerMember = 20

/** The room that is always there. */
const lobby = 'lobby'

/** Members, rooms, and who is in which. Knows nothing of sockets. */
export class Chat {
  readonly #send: Send
  readonly #members = new Map<number, Member>()
  readonly #rooms = new Map<string, Room>()

  constructor(send: Send) {
    this.#send = send
    this.#open(lobby)
  }

  /** Somebody came. */
  enter(id: number): void {
    const member = { id, name: `guest-${id}` }
    this.#members.set(id, member)
    this.#send([id], { type: 'welcome', name: member.name })
    this.#send([id], this.#listing())
  }

  /** Somebody is gone. */
  exit(id: number): void {
    const member = this.#members.get(id)
    if (member === undefined) return
    this.#members.delete(id)
    for (const room of [...this.#rooms.values()]) this.#leave(member, room)
  }

  /** Somebody sent something. */
  handle(id: number, data: string | Uint8Array): void {
    const member = this.#members.get(id)
    const request = parseRequest(data)
    if (member === undefined) return
    const problem = request === undefined ? 'not understood' : this.#do(member, request)
    if (problem !== undefined) this.#send([id], { type: 'error', text: problem })
  }

  /** @returns what was wrong. */
  #do(member: Member, request: Request): string | undefined {
    switch (request.type) {
      case 'name':
        return this.#rename(member, request.name.trim())
      case 'join':
        return this.#join(member, request.room.trim())
      case 'leave': {
        const room = this.#rooms.get(request.room)
        if (!room?.has(member)) return `you are not in ${request.room}`
        this.#leave(member, room)
        this.#send([member.id], { type: 'left', room: room.name })
        return undefined
      }
      case 'say': {
        const room = this.#rooms.get(request.room)
        if (!room?.has(member)) return `you are not in ${request.room}`
        if (request.text.length > textLength) return `a message has ${textLength} characters at most`
        room.emit('message', member, request.text)
        return undefined
      }
    }
  }

  #rename(member: Member, name: string): string | undefined {
    if (!isName(name)) return `a name has 1 to ${nameLength} characters`
    for (const other of this.#members.values()) if (other.name === name) return `${name} is taken`
    const before = member.name
    member.name = name
    this.#send([member.id], { type: 'welcome', name })
    for (const room of this.#rooms.values()) if (room.has(member)) room.emit('renamed', before, name)
    return undefined
  }

  #join(member: Member, name: string): string | undefined {
    if (!isName(name)) return `a room's name has 1 to ${nameLength} characters`
    let joined = 0
    for (const room of this.#rooms.values()) if (room.has(member)) joined++
    if (joined >= roomsPerMember) return `you are in ${joined} rooms already`
    const room = this.#rooms.get(name) ?? this.#open(name)
    if (!room.subscribe(member)) return `you are in ${name} already`
    this.#send([member.id], { type: 'joined', room: name, members: Array.from(room, (each) => each.name) })
    return undefined
  }

  #leave(member: Member, room: Room): void {
    if (!room.has(member)) return
    if (room.count === 1 && room.name !== lobby) this.#rooms.delete(room.name)
    room.unsubscribe(member)
  }

  #open(name: string): Room {
    const room = new Room(name)
    const tell = (message: Answer) =>
      this.#send(
        Array.from(room, ({ id }) => id),
        message,
      )
    const notice = (text: string) => tell({ type: 'notice', room: name, text })
    room.on('subscribe', (member) => {
      notice(`${member.name} joined`)
      this.#tellRooms()
    })
    room.on('unsubscribe', (member) => {
      notice(`${member.name} left`)
      this.#tellRooms()
    })
    room.on('renamed', (from, to) => notice(`${from} is now ${to}`))
    room.on('message', ({ name: from }, text) => tell({ type: 'message', room: name, from, text }))
    this.#rooms.set(name, room)
    return room
  }

  #tellRooms(): void {
    this.#send([...this.#members.keys()], this.#listing())
  }

  #listing(): Answer {
    return { type: 'rooms', rooms: Array.from(this.#rooms.values(), ({ name, count }) => ({ name, size: count })) }
  }
}

function isName(name: string): boolean {
  return name.length > 0 && name.length <= nameLength
}
