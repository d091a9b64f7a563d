import { describe, expect, it } from 'vitest'
import { learn, t, textOr } from './i18n'
import home from './words/home.json'

const files: Record<string, Record<string, string>> = import.meta.glob('./words/*.json', { eager: true, import: 'default' })

learn(home)

describe('i18n', () => {
  it('says a word no page has brought by its key, which is no reason to stop', () => {
    expect(t('rate.title')).toBe('rate.title')
  })

  it('fills in values and leaves unknown names standing', () => {
    expect(t('items.count', { count: 3 })).toBe('找到 3 个事项')
    expect(t('items.count', {})).toContain('{count}')
  })

  it('does not fill in twice: a value that looks like a name stays a value', () => {
    expect(t('items.none', { query: '{query}' })).toContain('“{query}”')
  })

  it('falls back for codes the pages do not know yet', () => {
    expect(textOr('depth.4', 'depth.1')).toBe('全程网办')
    expect(textOr('depth.9', 'depth.1')).toBe('事项公开')
  })

  it('uses full-width punctuation between Chinese characters', () => {
    const wrong = Object.values(files).flatMap(Object.entries<string>).filter(([, text]) => /[\u4e00-\u9fff][,;:?!]|[,;:?!][\u4e00-\u9fff]/.test(text))
    expect(wrong).toEqual([])
  })
})
