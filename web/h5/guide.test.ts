import { describe, expect, it } from 'vitest'
import { learn } from '../shared/i18n'
import words from '../shared/words/guide.json'
import { daysText, hoursText, limitText } from './guide'

learn(words)

describe('guide', () => {
  it('names a run of days as a range and others one by one', () => {
    expect(daysText([1, 2, 3, 4, 5])).toBe('周一至周五')
    expect(daysText([6])).toBe('周六')
    expect(daysText([6, 7])).toBe('周六、周日')
    expect(daysText([1, 3, 5])).toBe('周一、周三、周五')
  })

  it('puts hours of the same days together', () => {
    const week = [1, 2, 3, 4, 5]
    const hours = [{ days: week, from: '09:00', to: '12:00' }, { days: week, from: '13:00', to: '17:00' }, { days: [6], from: '09:00', to: '12:00' }]
    expect(hoursText(hours)).toBe('周一至周五 09:00-12:00、13:00-17:00；周六 09:00-12:00')
  })

  it('says limits as people do', () => {
    expect(limitText({ days: 0, unit: '工作日' })).toBe('当场办结')
    expect(limitText({ days: 15, unit: '工作日' })).toBe('15 个工作日')
    expect(limitText({ days: 0, unit: '工作日', note: '法律法规未规定' })).toBe('法律法规未规定')
    expect(limitText(null)).toBe('以窗口告知为准')
  })
})
