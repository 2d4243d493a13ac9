import { fileURLToPath } from 'node:url'
import { listen } from '@tablecast/gateway'
import { Services } from '@tablecast/services'
import { expect, test } from 'vitest'
import { Peer } from '../src/hosts/peer.js'

/** The built example: the service as people would run it. */
const root = fileURLToPath(new URL('../../../examples/chat/dist/services', import.meta.url))

test('D8 D5 names, rooms, listing, join, leave and messages', async () => {
  const services = new Services({ root })
  const server = await listen({ port: 0, endpoints: { '/services/*': services } })
  const enter = async () => {
    const peer = await Peer.connect(`ws://127.0.0.1:${server.port}/services/chat/`)
    const next = async () => JSON.parse(String(await peer.next()))
    return { next, say: (request: unknown) => peer.send(JSON.stringify(request)), leave: () => peer.ws.close() }
  }
  const rooms = (sizes: Record<string, number>) => ({
    type: 'rooms',
    rooms: Object.entries(sizes).map(([name, size]) => ({ name, size })),
  })
  const ann = await enter()
  expect(await ann.next()).toMatchObject({ type: 'welcome', name: expect.stringMatching(/^guest-\d+$/) })
  expect(await ann.next()).toEqual(rooms({ lobby: 0 }))
  ann.say({ type: 'name', name: 'ann' })
  expect(await ann.next()).toEqual({ type: 'welcome', name: 'ann' })
  ann.say({ type: 'join', room: 'garden' })
  expect(await ann.next()).toEqual({ type: 'notice', room: 'garden', text: 'ann joined' })
  expect(await ann.next()).toEqual(rooms({ lobby: 0, garden: 1 }))
  expect(await ann.next()).toEqual({ type: 'joined', room: 'garden', members: ['ann'] })
  const bob = await enter()
  await bob.next()
  expect(await bob.next()).toEqual(rooms({ lobby: 0, garden: 1 }))
  for (const [request, problem] of [
    [{ type: 'name', name: 'ann' }, 'ann is taken'],
    [{ type: 'name', name: ' ' }, 'a name has 1 to 32 characters'],
    [{ type: 'join', room: 'x'.repeat(33) }, "a room's name has 1 to 32 characters"],
    [{ type: 'say', room: 'garden', text: 'hello' }, 'you are not in garden'],
    [{ type: 'leave', room: 'nowhere' }, 'you are not in nowhere'],
    [{ type: 'say' }, 'not understood'],
    [{ type: 'toString' }, 'not understood'],
    [null, 'not understood'],
  ] as const) {
    bob.say(request)
    expect(await bob.next()).toEqual({ type: 'error', text: problem })
  }
  bob.say({ type: 'join', room: 'garden' })
  expect(await ann.next()).toMatchObject({ type: 'notice', text: expect.stringContaining('joined') })
  expect(await ann.next()).toEqual(rooms({ lobby: 0, garden: 2 }))
  bob.say({ type: 'say', room: 'garden', text: '<b>hi</b>' })
  expect(await ann.next()).toMatchObject({ type: 'message', room: 'garden', text: '<b>hi</b>' })
  bob.leave()
  expect(await ann.next()).toMatchObject({ type: 'notice', text: expect.stringContaining('left') })
  expect(await ann.next()).toEqual(rooms({ lobby: 0, garden: 1 }))
  ann.say({ type: 'leave', room: 'garden' })
  expect(await ann.next()).toEqual(rooms({ lobby: 0 }))
  expect(await ann.next()).toEqual({ type: 'left', room: 'garden' })
  await server.close()
})
