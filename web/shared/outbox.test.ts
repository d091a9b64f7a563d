import { describe, expect, it } from 'vitest'
import { Outbox, type Outgoing } from './outbox'
import { NoAnswer, Problem } from './problem'
import { memoryStore } from './testing'
import type { PartToSend } from './types'

const text = (body: string): PartToSend => ({ type: 'text', body })
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve()
}

/** A server that takes a `client_id` once and answers a repeat as it did the first time. */
function aServer() {
  const taken = new Map<string, number>()
  return {
    taken,
    tries: [] as string[],
    answer: null as null | (() => Promise<number>),
    deliver(outgoing: Outgoing): Promise<number> {
      this.tries.push(outgoing.clientId)
      if (this.answer) return this.answer()
      if (!taken.has(outgoing.clientId)) taken.set(outgoing.clientId, taken.size + 1)
      return Promise.resolve(taken.get(outgoing.clientId) as number)
    },
  }
}

function anOutbox(server = aServer(), store = memoryStore()) {
  const accepted: { body: unknown; seq: number }[] = []
  const outbox = new Outbox<number>({
    store,
    deliver: (outgoing) => server.deliver(outgoing),
    accepted: (outgoing, seq) => {
      accepted.push({ body: outgoing.parts[0], seq })
      return seq > 0
    },
    changed: () => undefined,
    now: () => new Date('2026-11-24T01:00:00Z'),
  })
  return { outbox, server, store, accepted }
}

describe('outbox', () => {
  it('shows a message before the server has it and drops it after', async () => {
    const { outbox, accepted } = anOutbox()
    outbox.add([text('一')])
    expect(outbox.waiting().map((one) => one.state)).toEqual(['sending'])
    await settled()
    expect(outbox.waiting()).toEqual([])
    expect(accepted).toEqual([{ body: text('一'), seq: 1 }])
  })

  it('sends one after another, in the order they were said', async () => {
    const { outbox, accepted } = anOutbox()
    for (const word of ['一', '二', '三']) outbox.add([text(word)])
    await settled()
    expect(accepted.map((one) => one.body)).toEqual([text('一'), text('二'), text('三')])
  })

  it('keeps what got no answer and sends it again under the same id', async () => {
    const { outbox, server, accepted } = anOutbox()
    server.answer = () => Promise.reject(new NoAnswer())
    outbox.add([text('一')])
    await settled()
    expect(outbox.waiting()[0]).toMatchObject({ state: 'failed' })
    server.answer = null
    outbox.resume()
    await settled()
    expect(new Set(server.tries).size).toBe(1)
    expect(server.tries.length).toBe(2)
    expect(accepted.length).toBe(1)
  })

  it('waits for the citizen when the server refused, and says why', async () => {
    const { outbox, server } = anOutbox()
    server.answer = () => Promise.reject(new Problem(422, 'messages.too_long', '内容过长'))
    outbox.add([text('一')])
    await settled()
    expect(outbox.waiting()[0]).toMatchObject({ state: 'refused', reason: '内容过长' })
    server.answer = null
    outbox.resume()
    await settled()
    expect(server.tries.length).toBe(1)
    outbox.discard(outbox.waiting()[0]?.clientId as string)
    expect(outbox.waiting()).toEqual([])
  })

  it('treats a busy server as a passing trouble', async () => {
    const { outbox, server } = anOutbox()
    server.answer = () => Promise.reject(new Problem(503, 'request.unavailable', '系统繁忙'))
    outbox.add([text('一')])
    await settled()
    expect(outbox.waiting()[0]).toMatchObject({ state: 'failed' })
  })

  it('does not let a refused message hold up the next one', async () => {
    const { outbox, server, accepted } = anOutbox()
    server.answer = () => Promise.reject(new Problem(422, 'x', '不行'))
    outbox.add([text('一')])
    await settled()
    server.answer = null
    outbox.add([text('二')])
    await settled()
    expect(accepted.map((one) => one.body)).toEqual([text('二')])
    outbox.retry(outbox.waiting()[0]?.clientId as string)
    await settled()
    expect(outbox.waiting()).toEqual([])
  })

  it('survives a reload: what was under way is sent again under its old id', async () => {
    const store = memoryStore()
    const first = anOutbox(aServer(), store)
    first.server.answer = () => new Promise(() => undefined)
    first.outbox.add([text('一')])
    const id = first.outbox.waiting()[0]?.clientId
    const second = anOutbox(aServer(), store)
    expect(second.outbox.waiting()).toMatchObject([{ clientId: id, state: 'failed' }])
    second.outbox.resume()
    await settled()
    expect(second.server.tries).toEqual([id])
  })

  it('keeps what was taken without a place until it has one, and does not send it again meanwhile', async () => {
    const { outbox, server } = anOutbox()
    server.answer = () => Promise.resolve(0)
    outbox.add([text('慢')])
    outbox.add([text('快')])
    await settled()
    expect(outbox.waiting().map((one) => one.state)).toEqual(['accepted', 'accepted'])
    outbox.resume()
    await settled()
    expect(server.tries.length).toBe(2)
    const [slow, quick] = outbox.waiting().map((one) => one.clientId) as [string, string]
    outbox.settle(slow)
    expect(outbox.waiting().map((one) => one.clientId)).toEqual([quick])
  })

  it('sends again after a reload what had no place yet, under its old id', async () => {
    const store = memoryStore()
    const first = anOutbox(aServer(), store)
    first.server.answer = () => Promise.resolve(0)
    first.outbox.add([text('慢')])
    await settled()
    const second = anOutbox(aServer(), store)
    second.outbox.resume()
    await settled()
    expect(second.server.tries).toEqual(first.server.tries)
    expect(second.outbox.waiting()).toEqual([])
  })

  it('sends to a new conversation what only the former one took', async () => {
    const { outbox, server, accepted } = anOutbox()
    server.answer = () => Promise.resolve(0)
    outbox.add([text('慢')])
    await settled()
    server.answer = null
    outbox.restart()
    outbox.resume()
    await settled()
    expect(outbox.waiting()).toEqual([])
    expect(accepted.map((one) => one.seq)).toEqual([0, 1])
  })

  it('lets go of a message that came back before its answer, and of the answer that comes after', async () => {
    const { outbox, server } = anOutbox()
    let answer: (seq: number) => void = () => undefined
    server.answer = () => new Promise((resolve) => (answer = resolve))
    outbox.add([text('一')])
    outbox.settle(outbox.waiting()[0]?.clientId as string)
    expect(outbox.waiting()).toEqual([])
    answer(1)
    await settled()
    expect(outbox.waiting()).toEqual([])
  })

  it('works where nothing can be kept', async () => {
    const { outbox, accepted } = anOutbox(aServer(), memoryStore(true))
    outbox.add([text('一')])
    await settled()
    expect(accepted.length).toBe(1)
  })
})
