import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Line, TIMING, type LineState, type ServerFrame, type Socket } from './socket'
import type { Message } from './types'

class FakeSocket implements Socket {
  readyState = 0
  sent: string[] = []
  isClosed = false
  onopen: (() => void) | null = null
  onmessage: ((event: { data: string }) => void) | null = null
  onclose: (() => void) | null = null

  constructor(readonly after: number) {}
  send(text: string): void {
    this.sent.push(text)
  }
  close(): void {
    this.isClosed = true
    this.readyState = 3
  }
  opens(): void {
    this.readyState = 1
    this.onopen?.()
  }
  says(frame: object): void {
    this.onmessage?.({ data: JSON.stringify(frame) })
  }
  drops(): void {
    this.readyState = 3
    this.onclose?.()
  }
}

const message = (seq: number): Message => ({ seq, from: 'bot', parts: [{ type: 'text', body: String(seq) }], at: '2026-11-24T01:00:00Z' })

function aLine() {
  const sockets: FakeSocket[] = []
  const frames: ServerFrame[] = []
  const states: LineState[] = []
  const world = { seen: 0, hasTickets: true, stored: [] as Message[] }
  const line = new Line(
    {
      ticket: () => (world.hasTickets ? Promise.resolve('t') : Promise.reject(new Error('offline'))),
      open: (_ticket, after) => {
        sockets.push(new FakeSocket(after))
        return sockets[sockets.length - 1] as FakeSocket
      },
      poll: (after) => Promise.resolve(world.stored.filter((one) => one.seq > after)),
      after: () => world.seen,
      receive: (frame) => {
        frames.push(frame)
        if (frame.type === 'message') world.seen = frame.seq
      },
      changed: (state) => states.push(state),
    },
    TIMING,
    () => 1,
  )
  const last = (): FakeSocket => sockets[sockets.length - 1] as FakeSocket
  return { line, sockets, frames, states, world, last }
}

const settle = async (): Promise<void> => void (await vi.advanceTimersByTimeAsync(0))

describe('line', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('opens, answers a ping and hands on what it hears', async () => {
    const { line, last, frames, states } = aLine()
    line.start()
    await settle()
    last().opens()
    last().says({ type: 'ping' })
    last().says({ type: 'message', ...message(1) })
    expect(last().sent).toEqual(['{"type":"pong"}'])
    expect(frames).toEqual([{ type: 'message', ...message(1) }])
    expect(states).toEqual(['connecting', 'open'])
  })

  it('comes back after a cut and resumes behind the last seq', async () => {
    const { line, sockets, last } = aLine()
    line.start()
    await settle()
    last().opens()
    last().says({ type: 'message', ...message(7) })
    last().drops()
    await vi.advanceTimersByTimeAsync(TIMING.firstPauseMs)
    expect(sockets.length).toBe(2)
    expect(last().after).toBe(7)
  })

  it('notices a line that died without a word', async () => {
    const { line, last, sockets, states } = aLine()
    line.start()
    await settle()
    last().opens()
    const silent = last()
    await vi.advanceTimersByTimeAsync(TIMING.deadAfterMs + TIMING.firstPauseMs)
    expect(silent.isClosed).toBe(true)
    expect(sockets.length).toBe(2)
    expect(states).toContain('connecting')
  })

  it('stays on a quiet line while pings come', async () => {
    const { line, last, sockets } = aLine()
    line.start()
    await settle()
    last().opens()
    for (let ping = 0; ping < 10; ping++) {
      await vi.advanceTimersByTimeAsync(15_000)
      last().says({ type: 'ping' })
    }
    expect(sockets.length).toBe(1)
  })

  it('waits longer after each failure, up to an end', async () => {
    const { line, world } = aLine()
    world.hasTickets = false
    const asked = vi.spyOn(world, 'hasTickets', 'get')
    line.start()
    await settle()
    const counts: number[] = []
    for (let second = 0; second < 40; second++) {
      await vi.advanceTimersByTimeAsync(1_000)
      counts.push(asked.mock.calls.length)
    }
    // 0, 0.3, 0.9, 2.1, 4.5, 9.3, then every 8 s
    expect(counts[39]).toBe(9)
  })

  it('polls where no socket lives, and stops polling when one does', async () => {
    const { line, world, frames, states, last } = aLine()
    world.hasTickets = false
    world.stored = [message(1), message(2)]
    line.start()
    await vi.advanceTimersByTimeAsync(1_000)
    expect(states[states.length - 1]).toBe('polling')
    expect(frames.map((frame) => frame.type === 'message' && frame.seq)).toEqual([1, 2])
    world.hasTickets = true
    await vi.advanceTimersByTimeAsync(8_000)
    last().opens()
    expect(states[states.length - 1]).toBe('open')
    expect(last().after).toBe(2)
  })

  it('gives up a socket that does not open in time', async () => {
    const { line, sockets } = aLine()
    line.start()
    await settle()
    await vi.advanceTimersByTimeAsync(TIMING.openLimitMs + TIMING.firstPauseMs)
    expect(sockets[0]?.isClosed).toBe(true)
    expect(sockets.length).toBe(2)
  })

  it('looks again at once when the page is seen after a long sleep, not when it is fresh', async () => {
    const { line, last, sockets } = aLine()
    line.start()
    await settle()
    last().opens()
    line.wake()
    await settle()
    expect(sockets.length).toBe(1)
    await vi.advanceTimersByTimeAsync(TIMING.staleAfterMs)
    line.wake()
    await settle()
    expect(sockets.length).toBe(2)
  })

  it('hangs up for good when stopped, and a late ticket opens nothing', async () => {
    const { line, sockets, states } = aLine()
    line.start()
    line.stop()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(sockets.length).toBe(0)
    expect(states[states.length - 1]).toBe('closed')
    expect(line.send({ type: 'typing' })).toBe(false)
  })

  it('ignores what it cannot read', async () => {
    const { line, last, frames } = aLine()
    line.start()
    await settle()
    last().opens()
    last().onmessage?.({ data: '<html>' })
    expect(frames).toEqual([])
  })
})
