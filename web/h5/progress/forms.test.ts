import { describe, expect, it } from 'vitest'
import { components } from '../../openapi.json'
import { blankRating, faultsOfRating, faultsOfSupplement, RATING_TEXT_LIMIT, REASON_LIMIT, SUPPLEMENT_LIMIT, tooLong, toRate, toSupplement } from './forms'

const fields = (faults: { field: string }[]): string[] => faults.map((fault) => fault.field)
const photo = (mediaId: string | null) => ({ key: String(mediaId), mediaId, preview: '' })

describe('forms', () => {
  it('asks for each of the three answers by itself', () => {
    expect(fields(faultsOfRating(blankRating()))).toEqual(['rate-solved', 'rate-result', 'rate-process'])
    expect(fields(faultsOfRating({ ...blankRating(), solved: false }))).toEqual(['rate-result', 'rate-process'])
    expect(fields(faultsOfRating({ ...blankRating(), result: 5, process: 5 }))).toEqual(['rate-solved'])
  })

  it('takes "not solved" beside the best grades: nothing follows from anything', () => {
    const rating = { solved: false, result: 5, process: 5, text: ' 谢谢 ' }
    expect(faultsOfRating(rating)).toEqual([])
    expect(toRate(rating)).toEqual({ solved: false, result: 5, process: 5, text: '谢谢' })
  })

  it('takes as many words as the server does', () => {
    const { RatingBody, SupplementBody, WithdrawBody } = components.schemas
    expect(RATING_TEXT_LIMIT).toBe(RatingBody.properties.text.maxLength)
    expect(SUPPLEMENT_LIMIT).toBe(SupplementBody.properties.text.maxLength)
    expect(REASON_LIMIT).toBe(WithdrawBody.properties.reason.maxLength)
  })

  it('refuses words over the limit', () => {
    expect(fields(faultsOfRating({ solved: true, result: 5, process: 5, text: '长'.repeat(RATING_TEXT_LIMIT + 1) }))).toEqual(['rate-text'])
    expect(tooLong('reason', ` ${'长'.repeat(9)} `, 9)).toEqual([])
  })

  it('takes words or pictures for a supplement, and waits for a picture on its way', () => {
    expect(fields(faultsOfSupplement({ text: '  ', photos: [], guest: 0 }))).toEqual(['supplement-text'])
    expect(faultsOfSupplement({ text: '', photos: [photo('m1')], guest: 0 })).toEqual([])
    expect(fields(faultsOfSupplement({ text: '有', photos: [photo('m1'), photo(null)], guest: 0 }))).toEqual(['photos'])
    expect(fields(faultsOfSupplement({ text: '长'.repeat(SUPPLEMENT_LIMIT + 1), photos: [], guest: 0 }))).toEqual(['supplement-text'])
    expect(toSupplement({ text: ' 有 ', photos: [photo('m1')], guest: 0 })).toEqual({ text: '有', media: ['m1'] })
  })
})
