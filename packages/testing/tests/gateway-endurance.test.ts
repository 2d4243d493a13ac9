import { describe, expect, test } from 'vitest'
import { attackAll, attacks } from '../src/endurance/attacks.js'
import { Healthy, stampedServer } from '../src/endurance/hostile.js'
import { leakCheck } from '../src/endurance/leaks.js'
import { stall } from '../src/endurance/stalled.js'
import { inProcess, inWorker } from '../src/hosts/engines.js'
import { hosts } from '../src/hosts/hosts.js'

// Short forms of the long runs in the package's scripts: leaks, stalled, hostile.
// Hosts and engines know nothing of each other: one host with the engine in a worker is enough.
const grid = [
  ...hosts.map((driver) => ({ name: driver.name, driver, engine: inProcess })),
  { name: `${hosts[0]!.name}, the engine in a worker`, driver: hosts[0]!, engine: inWorker },
]

describe.each(grid)('$name', ({ driver, engine }) => {
  test('G1 connections leave nothing behind', async () => {
    const { before, after, sockets, sessions, views } = await leakCheck(driver, 20, 60, engine)
    expect({ sockets, sessions, views }).toEqual({ sockets: 0, sessions: 0, views: 0 })
    expect(after.resources).toEqual(before.resources)
    expect(after.bytes - before.bytes).toBeLessThan(4_000_000)
  })

  test('G2 a stalled reader of the real server is merged for, and catches up by deltas alone', async () => {
    const bufferBytes = 200_000
    const { peakQueued, deltaBytes, merged, evicted, caughtUp } = await stall(driver, 1, 120, { bufferBytes }, engine)
    expect(evicted).toBeUndefined()
    expect(caughtUp).toBe(true)
    expect(merged).toBeGreaterThan(0)
    expect(peakQueued).toBeLessThan(bufferBytes + 2 * deltaBytes)
  })

  test('G1 a healthy client is served beside all kinds of hostile ones', async () => {
    await using server = await stampedServer(driver, 50, engine)
    const healthy = await Healthy.connect(server.host.port)
    await healthy.measure(2)
    const over = new AbortController()
    const attacked = attackAll({ port: server.host.port, path: '/t', signal: over.signal }, 1)
    await healthy.measure(40)
    over.abort()
    expect(Object.keys(await attacked).sort()).toEqual(Object.keys(attacks).sort())
    const hostile = Array.from(server.host.gateway.manager).slice(1)
    await Promise.all(hostile.map(({ closed }) => closed))
    await healthy.measure(2)
    expect(server.host.gateway.manager.size).toBe(1)
    expect(server.metrics.get('tablecast_sessions')).toBe(1)
    expect(server.host.gateway.stats.errors).toBe(0)
    healthy.close()
  })
})
