import { describe, expect, it, vi } from 'vitest'
import { NoAnswer, Problem } from '../../shared/problem'
import { memoryStore } from '../../shared/testing'
import { lastVotable, Votes, type Vote } from './votes'

/** A server whose answers the test gives one by one. */
function aServer() {
  const calls: { seq: number; useful: boolean; take: () => void; fail: (why: Error) => void }[] = []
  const send = (seq: number, useful: boolean): Promise<void> => new Promise((resolve, reject) => calls.push({ seq, useful, take: resolve, fail: reject }))
  return { calls, send, said: () => calls.map(({ seq, useful }) => `${seq}:${useful}`) }
}

function aKeeper(store = memoryStore()) {
  const server = aServer()
  const changed = vi.fn<(votes: ReadonlyMap<number, Vote>) => void>()
  const keeper = new Votes({ store, send: server.send, changed })
  const at = (seq: number): Vote | undefined => keeper.all().get(seq)
  return { ...server, keeper, changed, store, at }
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve))
const message = (seq: number, votable: boolean) => ({ seq, votable, from: 'bot' as const, parts: [], at: '' })

describe('votes', () => {
  it('asks about the last answer that may be voted on, whatever was said after it', () => {
    expect(lastVotable([message(2, true), message(4, true), message(6, false)])).toBe(4)
    expect(lastVotable([message(2, false)])).toBe(0)
  })

  it('shows a vote at once and sends it once', async () => {
    const { keeper, calls, said, at, changed } = aKeeper()
    keeper.cast(2, false)
    expect(at(2)).toMatchObject({ useful: false, state: 'sending' })
    keeper.cast(2, false)
    calls[0]?.take()
    await settled()
    keeper.cast(2, false)
    expect(at(2)).toMatchObject({ useful: false, taken: false, state: 'sent' })
    expect(said()).toEqual(['2:false'])
    expect(changed).toHaveBeenCalledTimes(2)
  })

  it('sends another word after the first has arrived, so that the last one counts', async () => {
    const { keeper, calls, said, at } = aKeeper()
    keeper.cast(2, true)
    keeper.cast(2, false)
    expect(said()).toEqual(['2:true'])
    calls[0]?.take()
    await settled()
    expect(said()).toEqual(['2:true', '2:false'])
    expect(at(2)).toMatchObject({ useful: false, taken: true, state: 'sending' })
    calls[1]?.take()
    await settled()
    expect(at(2)).toMatchObject({ useful: false, taken: false, state: 'sent' })
  })

  it.each([new NoAnswer(), new Problem(503, 'x', ''), new Problem(429, 'x', '')])('keeps what did not arrive and sends it again: %o', async (why) => {
    const { keeper, calls, said, at } = aKeeper()
    keeper.cast(2, true)
    calls[0]?.fail(why)
    await settled()
    expect(at(2)).toMatchObject({ useful: true, state: 'unsent' })
    keeper.resume()
    calls[1]?.take()
    await settled()
    expect(said()).toEqual(['2:true', '2:true'])
    expect(at(2)?.state).toBe('sent')
    keeper.resume()
    expect(calls).toHaveLength(2)
  })

  it('goes back to what the server holds when it refuses, and says why', async () => {
    const { keeper, calls, at, store } = aKeeper()
    keeper.cast(2, true)
    calls[0]?.take()
    await settled()
    keeper.cast(2, false)
    keeper.cast(4, false)
    for (const call of calls.slice(1)) call.fail(new Problem(404, 'feedback.no_such_message', '没有找到这条消息'))
    await settled()
    expect(at(2)).toMatchObject({ useful: true, state: 'refused', reason: '没有找到这条消息' })
    expect(at(4)).toMatchObject({ useful: null, state: 'refused' })
    keeper.resume()
    expect(calls).toHaveLength(3)
    expect(aKeeper(store).keeper.all().size).toBe(1)
  })

  it('lets a refused vote be tried again', async () => {
    const { keeper, calls, at } = aKeeper()
    keeper.cast(2, true)
    calls[0]?.fail(new Problem(409, 'x', 'no'))
    await settled()
    keeper.cast(2, true)
    calls[1]?.take()
    await settled()
    expect(at(2)).toMatchObject({ useful: true, state: 'sent', reason: '' })
  })

  it('knows after a reload what was said, and sends what had not arrived', async () => {
    const { keeper, calls, store } = aKeeper()
    keeper.cast(2, true)
    calls[0]?.take()
    await settled()
    keeper.cast(4, false) // the page closes before an answer
    const later = aKeeper(store)
    expect(later.at(2)).toMatchObject({ useful: true, state: 'sent' })
    expect(later.at(4)).toMatchObject({ useful: false, state: 'unsent' })
    later.keeper.resume()
    expect(later.said()).toEqual(['4:false'])
  })

  it('lets go of everything when the guest is another', async () => {
    const { keeper, calls, store } = aKeeper()
    keeper.cast(2, true)
    keeper.restart()
    calls[0]?.take()
    await settled()
    expect(keeper.all().size).toBe(0)
    expect(store.map.size).toBe(0)
  })

  it('keeps the latest hundred on the phone, and works where nothing can be kept', () => {
    const { keeper, store } = aKeeper()
    for (let seq = 1; seq <= 120; seq += 1) keeper.cast(seq, true)
    expect(Array.from(aKeeper(store).keeper.all().keys())[0]).toBe(21)
    const poor = aKeeper(memoryStore(true))
    poor.keeper.cast(2, true)
    expect(poor.at(2)?.useful).toBe(true)
  })
})
