/** Repair what Vant leaves out for people without a pointer: keys on div buttons, focus inside an open layer and back after it. */

const FOCUSABLE = 'a[href],button:not([disabled]),input:not([disabled]),select:not([disabled]),textarea:not([disabled]),[tabindex="0"]'

/** Make Enter and Space press every focusable non-native button. */
export function installKeyShim(target: Document): void {
  target.addEventListener(
    'keydown',
    (event) => {
      const element = event.target
      if (!(element instanceof HTMLElement) || event.isComposing) return
      const isDivButton = element.getAttribute('role') === 'button' && element.tagName !== 'BUTTON' && element.tagName !== 'A'
      if (!isDivButton || (event.key !== 'Enter' && event.key !== ' ')) return
      event.preventDefault()
      element.click()
    },
    true,
  )
}

/** Keep Tab inside `layer` and let Escape close it; return what gives the focus back to where it was. */
export function trapFocus(layer: HTMLElement, close: () => void): () => void {
  const before = document.activeElement
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') return close()
    if (event.key === 'Tab') cycle(layer, event)
  }
  layer.addEventListener('keydown', onKey)
  const first = layer.querySelector<HTMLElement>(FOCUSABLE)
  if (first) first.focus()
  return () => {
    layer.removeEventListener('keydown', onKey)
    if (before instanceof HTMLElement) before.focus()
  }
}

function cycle(layer: HTMLElement, event: KeyboardEvent): void {
  const all = Array.from(layer.querySelectorAll<HTMLElement>(FOCUSABLE))
  const edge = event.shiftKey ? all[0] : all[all.length - 1]
  const target = event.shiftKey ? all[all.length - 1] : all[0]
  if (target && document.activeElement === edge) {
    event.preventDefault()
    target.focus()
  }
}
