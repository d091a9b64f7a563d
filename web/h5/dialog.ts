/** Ask in Vant's dialog, with the focus kept inside it and given back after. */
import { nextTick } from 'vue'
import { showConfirmDialog } from 'vant'
import 'vant/es/dialog/style'
import { trapFocus } from '../shared/a11y'
import type { Question } from './confirm'

/** Ask; Escape means no. */
export async function ask({ title, message, yes, no }: Question): Promise<boolean> {
  const answer = showConfirmDialog({ title, message, confirmButtonText: yes, cancelButtonText: no })
  await nextTick()
  const layer = document.querySelector<HTMLElement>('.van-dialog')
  // Vant puts the title itself where the id of the title belongs, which leaves the dialog without a name.
  layer?.removeAttribute('aria-labelledby')
  layer?.setAttribute('aria-label', title)
  const refuse = (): void => layer?.querySelector<HTMLElement>('.van-dialog__cancel')?.click()
  const release = layer ? trapFocus(layer, refuse) : (): void => undefined
  try {
    await answer
    return true
  } catch {
    return false // Vant rejects when the answer is no
  } finally {
    release()
  }
}
