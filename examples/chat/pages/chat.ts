import type { Answer, Request } from '../src/chat/messages.js'

const element = <T extends HTMLElement>(id: string) => document.getElementById(id) as T
const status = element<HTMLOutputElement>('status')
const nameField = element<HTMLInputElement>('name')
const roomField = element<HTMLInputElement>('room')
const textField = element<HTMLInputElement>('text')
const log = element<HTMLOListElement>('log')

let socket: WebSocket | undefined
let name: string | undefined
let rooms: readonly { name: string; size: number }[] = []
/** What was said in the rooms this page is in. */
const joined = new Map<string, string[]>()
let current: string | undefined

function connect(): void {
  socket = new WebSocket(`${location.origin.replace('http', 'ws')}/services/chat/`)
  socket.addEventListener('message', ({ data }) => show(JSON.parse(data)))
  socket.addEventListener('open', () => {
    setStatus('connected')
    // After a reconnect: the same name, the same rooms.
    if (name !== undefined) send({ type: 'name', name })
    for (const room of joined.keys()) send({ type: 'join', room })
  })
  socket.addEventListener('close', () => {
    setStatus('disconnected')
    setTimeout(connect, 1000)
  })
}

function send(request: Request): void {
  socket?.send(JSON.stringify(request))
}

function show(answer: Answer): void {
  switch (answer.type) {
    case 'welcome':
      // A reconnect greets with a guest's name before it has the chosen one back.
      if (document.activeElement !== nameField) nameField.value = answer.name
      if (!answer.name.startsWith('guest-')) name = answer.name
      break
    case 'rooms':
      rooms = answer.rooms
      break
    case 'joined':
      joined.set(answer.room, joined.get(answer.room) ?? [])
      current = answer.room
      note(answer.room, `Here: ${answer.members.join(', ')}`)
      break
    case 'left':
      joined.delete(answer.room)
      if (current === answer.room) current = joined.keys().next().value
      break
    case 'message':
      note(answer.room, `${answer.from}: ${answer.text}`)
      break
    case 'notice':
      note(answer.room, `· ${answer.text}`)
      break
    case 'error':
      setStatus('connected', answer.text)
  }
  draw()
}

function note(room: string, line: string): void {
  joined.get(room)?.push(line)
}

function setStatus(state: 'connected' | 'disconnected', text: string = state): void {
  status.value = text
  status.dataset['state'] = state
}

// What people write is text, never markup.
function draw(): void {
  element('rooms').replaceChildren(...rooms.map(drawRoom))
  element('title').textContent = current ?? 'Join a room'
  textField.disabled = current === undefined
  log.replaceChildren(
    ...(joined.get(current ?? '') ?? []).map((line) => {
      const item = document.createElement('li')
      item.textContent = line
      return item
    }),
  )
  log.scrollTop = log.scrollHeight
}

function drawRoom({ name: room, size }: { name: string; size: number }): HTMLLIElement {
  const item = document.createElement('li')
  item.dataset['room'] = room
  const isIn = joined.has(room)
  const title = button(`${room} (${size})`, () => {
    if (isIn) current = room
    else send({ type: 'join', room })
    draw()
  })
  title.ariaCurrent = String(room === current)
  item.append(title)
  if (isIn) item.append(button('leave', () => send({ type: 'leave', room })))
  return item
}

function button(label: string, pressed: () => void): HTMLButtonElement {
  const result = document.createElement('button')
  result.type = 'button'
  result.textContent = label
  result.addEventListener('click', pressed)
  return result
}

function onSubmit(form: string, field: HTMLInputElement, act: (value: string) => void): void {
  element(form).addEventListener('submit', (event) => {
    event.preventDefault()
    if (field.value.trim() !== '') act(field.value)
  })
}

onSubmit('naming', nameField, (value) => {
  send({ type: 'name', name: value })
  nameField.blur()
})
onSubmit('joining', roomField, (room) => {
  send({ type: 'join', room })
  roomField.value = ''
})
onSubmit('saying', textField, (text) => {
  if (current !== undefined) send({ type: 'say', room: current, text })
  textField.value = ''
})
connect()
