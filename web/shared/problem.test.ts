import { describe, expect, it } from 'vitest'
import { NoAnswer, problemFrom, sentenceFor } from './problem'

describe('problem', () => {
  it('shows the title of an RFC 9457 body and knows its fields', () => {
    const problem = problemFrom(422, { status: 422, code: 'request.invalid', title: '提交的内容有误', fields: { text: '太短' } })
    expect(sentenceFor(problem)).toBe('提交的内容有误')
    expect(problem.fields).toEqual({ text: '太短' })
    expect(problem.isPassing).toBe(false)
  })

  it.each([null, '<html>502</html>', { title: 7 }])('has a sentence for a body that is none: %j', (body) => {
    const problem = problemFrom(502, body)
    expect(problem.title).toBe('系统繁忙，请稍后再试')
    expect(problem.isPassing).toBe(true)
  })

  it('tells a dead line from a broken page', () => {
    expect(sentenceFor(new NoAnswer())).toBe('网络不通，请检查网络后重试')
    expect(sentenceFor(new RangeError('x'))).toBe('页面出了问题，请重试')
  })
})
