import { describe, expect, it } from 'vitest'
import { draftIn } from './drafts'
import { memoryStore } from './testing'

describe('drafts', () => {
  it('gives back what was written, until it is cleared', () => {
    const draft = draftIn<string>(memoryStore(), 'chat')
    expect(draft.read()).toBeNull()
    draft.write('写到一半')
    expect(draft.read()).toBe('写到一半')
    draft.clear()
    expect(draft.read()).toBeNull()
  })

  it('forgets after a week', () => {
    let now = 0
    const store = memoryStore()
    const draft = draftIn<string>(store, 'chat', () => now)
    draft.write('旧的')
    now = 7 * 24 * 3600 * 1000
    expect(draft.read()).toBeNull()
    expect(store.map.size).toBe(0)
  })

  it('takes a damaged or a full store for an empty one', () => {
    const store = memoryStore()
    store.map.set('qd.draft.chat', '{"at":')
    expect(draftIn(store, 'chat').read()).toBeNull()
    const full = draftIn(memoryStore(true), 'chat')
    full.write('x')
    expect(full.read()).toBeNull()
  })
})
