import { beforeEach, describe, expect, it } from 'vitest'
import { installKeyShim, trapFocus } from './a11y'

const press = (element: Element, key: string, extra: KeyboardEventInit = {}): boolean =>
  element.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...extra }))

function add(parent: HTMLElement, tag: string, attributes: Record<string, string> = {}): HTMLElement {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  parent.appendChild(element)
  return element
}

describe('a11y', () => {
  beforeEach(() => document.body.replaceChildren())

  it('lets Enter and Space press a div that says it is a button, and leaves real buttons alone', () => {
    installKeyShim(document)
    let clicks = 0
    const fake = add(document.body, 'div', { role: 'button', tabindex: '0' })
    const real = add(document.body, 'button', { role: 'button' })
    for (const element of [fake, real]) element.addEventListener('click', () => (clicks += 1))
    press(fake, 'Enter')
    press(fake, ' ')
    press(fake, 'a')
    expect(clicks).toBe(2)
    press(real, 'Enter')
    expect(clicks).toBe(2)
  })

  it('keeps Tab inside a layer, closes on Escape and gives the focus back', () => {
    const opener = add(document.body, 'button')
    const layer = add(document.body, 'div')
    const first = add(layer, 'button')
    const last = add(layer, 'button')
    opener.focus()
    let isClosed = false
    const release = trapFocus(layer, () => (isClosed = true))
    expect(document.activeElement).toBe(first)
    last.focus()
    press(last, 'Tab')
    expect(document.activeElement).toBe(first)
    press(first, 'Tab', { shiftKey: true })
    expect(document.activeElement).toBe(last)
    press(last, 'Escape')
    expect(isClosed).toBe(true)
    release()
    expect(document.activeElement).toBe(opener)
  })
})
