import { describe, expect, it } from 'vitest'
import { NoAnswer, Problem } from '../../shared/problem'
import { memoryStore } from '../../shared/testing'
import type { PetitionView } from '../../shared/types'
import { deedOf } from './deed'

interface Words {
  text: string
}

/** A server that does a thing once for each key, and a network that can lose its answers. */
function aDeed(store = memoryStore(), scope = '') {
  const world = {
    isLosing: false,
    problem: null as Problem | null,
    tries: [] as string[],
    carriedOut: new Map<string, string>(),
    done: 0,
    refusals: [] as string[],
  }
  const deed = deedOf<Words>({
    store,
    name: 'QD1.supplement',
    scope,
    send: async (body, key) => {
      world.tries.push(body.text)
      if (world.problem) throw world.problem
      if (!world.carriedOut.has(key)) world.carriedOut.set(key, body.text)
      if (world.isLosing) throw new NoAnswer()
      return { revision: world.carriedOut.size } as PetitionView
    },
    done: () => (world.done += 1),
    refused: (sentence) => world.refusals.push(sentence),
  })
  return { deed, world, store }
}

describe('deed', () => {
  it('is sent once by a double tap', async () => {
    const { deed, world } = aDeed()
    await Promise.all([deed.run({ text: '一' }), deed.run({ text: '一' })])
    expect(world.tries).toEqual(['一'])
    expect([world.done, deed.isBusy.value, deed.isUnknown.value]).toEqual([1, false, false])
  })

  it('has one effect though its answer was lost, and what was meant is not changed before it is known', async () => {
    const { deed, world } = aDeed()
    world.isLosing = true
    await deed.run({ text: '一' })
    expect([deed.isUnknown.value, deed.trouble.value]).toEqual([true, '网络不通，请检查网络后重试'])
    world.isLosing = false
    await deed.run({ text: '二' })
    expect(Array.from(world.carriedOut.values())).toEqual(['一'])
    expect([world.done, deed.isUnknown.value, deed.trouble.value]).toEqual([1, false, ''])
    // And the next one is a new one
    await deed.run({ text: '二' })
    expect(Array.from(world.carriedOut.values())).toEqual(['一', '二'])
  })

  it('survives a reload and is sent again under its old key', async () => {
    const store = memoryStore()
    const first = aDeed(store)
    first.world.isLosing = true
    await first.deed.run({ text: '一' })
    const second = aDeed(store)
    expect(second.deed.isUnknown.value).toBe(true)
    await second.deed.again()
    expect(Array.from(second.world.carriedOut.keys())).toEqual(Array.from(first.world.carriedOut.keys()))
    expect(aDeed(store).deed.isUnknown.value).toBe(false)
  })

  it('is let go when it was meant for something else', async () => {
    const store = memoryStore()
    const first = aDeed(store, 'answer of Monday')
    first.world.isLosing = true
    await first.deed.run({ text: '一' })
    const second = aDeed(store, 'answer of Friday')
    expect(second.deed.isUnknown.value).toBe(false)
    await second.deed.again()
    expect(second.world.tries).toEqual([])
  })

  it('ends with the refusal of the server, in its words', async () => {
    const { deed, world } = aDeed()
    world.problem = new Problem(409, 'petition.transition_refused', '当前状态不能进行此操作')
    await deed.run({ text: '一' })
    expect(world.refusals).toEqual(['当前状态不能进行此操作'])
    expect([deed.isUnknown.value, deed.trouble.value]).toEqual([false, ''])
  })

  it('takes a busy server for no answer, for behind it the thing may be done', async () => {
    const { deed, world } = aDeed()
    world.problem = new Problem(503, 'request.unavailable', '系统繁忙，请稍后再试')
    await deed.run({ text: '一' })
    expect([deed.isUnknown.value, deed.trouble.value]).toEqual([true, '系统繁忙，请稍后再试'])
  })

  it('works where nothing can be kept', async () => {
    const { deed, world } = aDeed(memoryStore(true))
    await deed.run({ text: '一' })
    expect(world.done).toBe(1)
  })
})
