import { describe, expect, it } from 'vitest'
import { t, textOr } from './i18n'
import words from './zh-CN.json'

describe('i18n', () => {
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
    const wrong = Object.entries(words).filter(([, text]) => /[\u4e00-\u9fff][,;:?!]|[,;:?!][\u4e00-\u9fff]/.test(text))
    expect(wrong).toEqual([])
  })
})
