import { describe, expect, it } from 'vitest'
import { formatDate, formatDay, formatMessageTime, formatTime, formatWait } from './format'

describe('format', () => {
  it('shows Shanghai time whatever zone the text or the phone is in', () => {
    expect(formatTime('2026-11-24T01:05:00Z')).toBe('2026年11月24日 09:05')
    expect(formatTime('2026-11-23T20:05:00-05:00')).toBe('2026年11月24日 09:05')
    expect(formatTime('2026-12-31T16:00:00Z')).toBe('2027年1月1日 00:00')
  })

  it('writes a date with its weekday', () => {
    expect(formatDate('2026-12-01')).toBe('2026年12月1日 周二')
    expect(formatDate('2024-02-29')).toBe('2024年2月29日 周四')
    expect(formatDay('2026-01-01')).toBe('2026年1月1日')
  })

  it('shortens the time of a message by how long ago it was, by the days of Shanghai', () => {
    const now = new Date('2026-11-24T16:30:00Z') // 00:30 on the 25th
    expect(formatMessageTime('2026-11-24T16:10:00Z', now)).toBe('00:10')
    expect(formatMessageTime('2026-11-24T15:59:00Z', now)).toBe('昨天 23:59')
    expect(formatMessageTime('2026-11-01T01:00:00Z', now)).toBe('11月1日 09:00')
    expect(formatMessageTime('2025-11-01T01:00:00Z', now)).toBe('2025年11月1日 09:00')
  })

  it('leaves what it cannot read as it is', () => {
    expect(formatTime('soon')).toBe('soon')
    expect(formatDate('soon')).toBe('soon')
    expect(formatMessageTime('soon', new Date())).toBe('')
  })

  it('never promises a wait of no time', () => {
    expect(formatWait(0)).toBe('1 分钟')
    expect(formatWait(61)).toBe('2 分钟')
  })
})
