import { describe, expect, it } from 'vitest'
import { faultsOf, firstIncomplete, STEPS } from './checks'
import { TEXT_LIMIT, toFile, type Contact, type Matter } from './draft'

const matter = (change: Partial<Matter> = {}): Matter => ({
  id: 'i', kind: 'help', text: '路灯坏了', district: '370202', place: '示例路', point: null, occurred: '昨天', photos: [], isUnknown: false, guest: 0, ...change,
})
const contact = (change: Partial<Contact> = {}): Contact => ({ anonymous: false, name: '', phone: '0532-00000000', ...change })

describe('checks', () => {
  it('finds nothing wrong with a whole petition', () => {
    for (const step of STEPS) expect(faultsOf(step, matter(), contact())).toEqual([])
    expect(firstIncomplete(matter(), contact())).toBe('check')
  })

  it.each([
    ['what', { kind: '' as const }, 'kind-consult'],
    ['what', { text: '  ' }, 'text'],
    ['what', { text: '长'.repeat(TEXT_LIMIT + 1) }, 'text'],
    ['what', { photos: [{ key: 'k', mediaId: null, preview: '' }] }, 'photos'],
    ['where', { place: '' }, 'place'],
    ['where', { occurred: ' ' }, 'occurred'],
  ] as const)('in step %s, %j is at fault in %s', (step, change, field) => {
    const changed = matter(change as unknown as Partial<Matter>)
    expect(faultsOf(step, changed, contact()).map((fault) => fault.field)).toEqual([field])
    expect(firstIncomplete(changed, contact())).toBe(step)
  })

  it('wants a telephone number unless the citizen stays anonymous', () => {
    expect(faultsOf('who', matter(), contact({ phone: '12' })).map((fault) => fault.field)).toEqual(['phone'])
    expect(faultsOf('who', matter(), contact({ phone: '', anonymous: true }))).toEqual([])
  })

  it('sends no contact with an anonymous petition, whatever was typed before', () => {
    const body = toFile(matter({ point: { lat: 36.1, lng: 120.4 } }), contact({ anonymous: true, name: '某人' }), '市南区')
    expect(body).toMatchObject({ kind: 'help', anonymous: true, contact: null, place: { text: '市南区示例路', lat: 36.1, lng: 120.4 } })
    expect(JSON.stringify(body)).not.toContain('某人')
  })
})
