import { describe, expect, it } from 'vitest'
import { readKey, readNumber, showKey } from './codes'

describe('codes', () => {
  it.each(['QD20261124-7K3M9P', 'qd20261124-7k3m9p', ' QD 20261124 7K3M9P ', 'QD20261124－7K3M9P', 'qdZ0261124'.replace('Z', '2') + '7k3m9p'])('reads %j', (text) => {
    expect(readNumber(text)).toBe('QD20261124-7K3M9P')
  })

  it('takes letters that look like digits for digits', () => {
    expect(readNumber('QD2O261I24-7K3M9L')).toBe('QD20261124-7K3M91')
    expect(readKey('OIL0 1234 5678 9ABC')).toBe('0110123456789ABC')
  })

  it.each(['', 'QD2026-7K3M9P', 'XX20261124-7K3M9P', 'QD20261124-7K3M9', 'QD20261124-7K3M9U'])('refuses %j', (text) => {
    expect(readNumber(text)).toBeNull()
  })

  it('refuses a key that is too short, too long or not Crockford', () => {
    for (const text of ['', '7K3M9P', '7K3M9PABCDEFGH012', '7K3M9PABCDEFGHU1']) expect(readKey(text)).toBeNull()
  })

  it('shows a key in fours that reads back', () => {
    expect(showKey('7K3M9PABCDEFGH01')).toBe('7K3M 9PAB CDEF GH01')
    expect(readKey(showKey('7K3M9PABCDEFGH01'))).toBe('7K3M9PABCDEFGH01')
  })
})
