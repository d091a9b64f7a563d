import { describe, expect, it } from 'vitest'
import { ownPage, safeUrl } from './links'

describe('links', () => {
  it.each(['https://www.example.com/a?b=1', 'tel:0532-12345', 'tel:+8612345', '/g/370709901000', '/h5/#/petition'])('lets %s through', (url) => {
    expect(safeUrl(url)).toBe(url)
  })

  it.each([
    'javascript:alert(1)',
    ' JaVaScRiPt:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,<script>',
    'http://example.com',
    '//evil.example',
    '/\\evil.example',
    'https://a b',
    'vbscript:x',
    'weixin://x',
    '',
  ])('stops %j', (url) => {
    expect(safeUrl(url)).toBeNull()
  })

  it('knows our own pages', () => {
    expect(ownPage('/g/370709901000')).toBe('/items/370709901000')
    expect(ownPage('/items/370709901000')).toBe('/items/370709901000')
    expect(ownPage('/h5/#/petition?step=what')).toBe('/petition?step=what')
    expect(ownPage('/g/../x')).toBeNull()
    expect(ownPage('https://example.com/g/1')).toBeNull()
  })
})
