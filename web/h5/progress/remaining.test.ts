import { describe, expect, it } from 'vitest'
import { learn } from '../../shared/i18n'
import type { Message } from '../../shared/types'
import words from '../../shared/words/progress.json'
import { isAbout } from './news'
import { remainingOf } from './remaining'

learn(words)

describe('remaining', () => {
  it.each([
    [5, false, '还剩 5 个工作日', 'good'],
    [1, false, '还剩 1 个工作日', 'warn'],
    [0, false, '今天到期', 'warn'],
    [-3, true, '已超过承诺日期 3 个工作日', 'bad'],
    [0, true, '已超过承诺日期', 'bad'],
    [null, true, '已超过承诺日期', 'bad'],
  ] as const)('with %j days left and over %j reads %j', (days_left, overdue, text, tone) => {
    expect(remainingOf({ days_left, overdue })).toEqual({ text, tone })
  })

  it('says nothing where nothing is owed', () => {
    expect(remainingOf({ days_left: null, overdue: false })).toBeNull()
  })
})

describe('news', () => {
  const message = (from: Message['from'], body: string): Message => ({ seq: 1, from, parts: [{ type: 'text', body }], at: '2026-11-24T01:00:00Z' })

  it('is what is said of this petition, and not by the citizen', () => {
    expect(isAbout(message('system', '您的诉求QD20261124-7K3M9P已有答复'), 'QD20261124-7K3M9P')).toBe(true)
    expect(isAbout(message('system', '您的诉求QD20261124-AAAAAA已有答复'), 'QD20261124-7K3M9P')).toBe(false)
    expect(isAbout(message('citizen', 'QD20261124-7K3M9P怎么样了'), 'QD20261124-7K3M9P')).toBe(false)
  })
})
