import { describe, expect, it, vi } from 'vitest'
import { memoryStore } from '../shared/testing'
import { reloadOnceAfterDeploy } from './deploy'

/** A window that counts its reloads. */
function aPage(onLine: boolean, store = memoryStore()) {
  const reload = vi.fn()
  const page = Object.assign(new EventTarget(), { navigator: { onLine }, location: { reload } })
  reloadOnceAfterDeploy(page as unknown as Window, store)
  const miss = (): boolean => page.dispatchEvent(new Event('vite:preloadError', { cancelable: true }))
  return { reload, miss }
}

describe('deploy', () => {
  it('loads the new pages when a chunk is gone, once', () => {
    const { reload, miss } = aPage(true)
    expect(miss()).toBe(false)
    expect(miss()).toBe(true)
    expect(reload).toHaveBeenCalledTimes(1)
  })

  it('leaves the page alone while the network is gone or nothing can be remembered', () => {
    for (const { reload, miss } of [aPage(false), aPage(true, memoryStore(true))]) {
      expect(miss()).toBe(true)
      expect(reload).not.toHaveBeenCalled()
    }
  })
})
