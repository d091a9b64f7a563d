import { describe, expect, it } from 'vitest'
import { sessionOver } from './session'
import { memoryStore } from './testing'

describe('session', () => {
  it('opens one guest for calls that come together, and remembers it', async () => {
    const store = memoryStore()
    let opened = 0
    const session = sessionOver(store, () => Promise.resolve(`token-${++opened}`))
    expect(await Promise.all([session.token(), session.token()])).toEqual(['token-1', 'token-1'])
    expect(await sessionOver(store, () => Promise.reject(new Error('no need'))).token()).toBe('token-1')
  })

  it('replaces a token the server forgot, once for all who noticed', async () => {
    let opened = 0
    const session = sessionOver(memoryStore(), () => Promise.resolve(`token-${++opened}`))
    await session.token()
    session.drop('token-1')
    expect(await session.token()).toBe('token-2')
    session.drop('token-1')
    expect(await session.token()).toBe('token-2')
  })

  it('says once that the guest has changed, and takes over the guest that another tab has opened', async () => {
    const store = memoryStore()
    const session = sessionOver(store, () => Promise.resolve('token-1'))
    let changes = 0
    session.onChange(() => (changes += 1))
    await session.token()
    expect(changes).toBe(0)
    store.setItem('qd.token', JSON.stringify('token-of-another-tab'))
    session.drop('token-1')
    session.drop('token-1')
    expect(changes).toBe(1)
    expect(await session.token()).toBe('token-of-another-tab')
  })

  it('tries again after a failure', async () => {
    let isUp = false
    const session = sessionOver(memoryStore(), () => (isUp ? Promise.resolve('token') : Promise.reject(new Error('down'))))
    await expect(session.token()).rejects.toThrow('down')
    isUp = true
    expect(await session.token()).toBe('token')
  })
})
