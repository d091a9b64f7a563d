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

  it('tries again after a failure', async () => {
    let isUp = false
    const session = sessionOver(memoryStore(), () => (isUp ? Promise.resolve('token') : Promise.reject(new Error('down'))))
    await expect(session.token()).rejects.toThrow('down')
    isUp = true
    expect(await session.token()).toBe('token')
  })
})
