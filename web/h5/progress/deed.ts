/**
 * Do one thing to a petition once: a second tap, a lost answer and a reload all send the same under the same key.
 *
 * What was sent and got no answer may have been done. It is kept and only sent again as it is; whatever the server then says
 * ends it. `scope` names what it was meant for (a rating: one answer); left over for another scope, it is let go.
 */
import { ref, type Ref } from 'vue'
import { draftIn } from '../../shared/drafts'
import { newId } from '../../shared/ids'
import { NoAnswer, Problem, sentenceFor } from '../../shared/problem'
import type { Store } from '../../shared/storage'
import type { PetitionView } from '../../shared/types'

interface Attempt<Body> {
  key: string
  scope: string
  body: Body
}

export interface DeedPorts<Body> {
  store: Store
  /** Tells this deed from others: the petition's number and what is done. */
  name: string
  scope?: string
  send(body: Body, key: string): Promise<PetitionView>
  done(petition: PetitionView): void
  /** The server said no for good; `sentence` is Chinese. */
  refused(sentence: string, problem: Problem): void
}

export interface Deed<Body> {
  isBusy: Ref<boolean>
  /** It was sent and may have been done: only the same may be sent again. */
  isUnknown: Ref<boolean>
  /** Why no answer came, or empty. */
  trouble: Ref<string>
  run(body: Body): Promise<void>
  /** Send again what got no answer, if anything. */
  again(): Promise<void>
}

/** Make a deed; what an earlier page left unanswered is still there. */
export function deedOf<Body extends object>({ store, name, scope = '', send, done, refused }: DeedPorts<Body>): Deed<Body> {
  const attempt = draftIn<Attempt<Body>>(store, `deed.${name}`)
  const isBusy = ref(false)
  const isUnknown = ref(false)
  const trouble = ref('')
  let sent = attempt.read()
  if (sent !== null && sent.scope !== scope) sent = null
  if (sent === null) attempt.clear()
  isUnknown.value = sent !== null

  function over(): void {
    sent = null
    attempt.clear()
    isUnknown.value = false
  }

  async function run(body: Body): Promise<void> {
    if (isBusy.value) return // a second tap comes before the button has turned grey
    isBusy.value = true
    trouble.value = ''
    const trying = sent || { key: newId(), scope, body }
    sent = trying
    attempt.write(trying)
    try {
      const petition = await send(trying.body, trying.key)
      over()
      done(petition)
    } catch (error) {
      failed(error)
    } finally {
      isBusy.value = false
    }
  }

  function failed(error: unknown): void {
    if (error instanceof Problem && error.status < 500) {
      over()
      return refused(error.title, error)
    }
    isUnknown.value = error instanceof NoAnswer || error instanceof Problem
    if (!isUnknown.value) over()
    trouble.value = sentenceFor(error)
  }

  return {
    isBusy,
    isUnknown,
    trouble,
    run,
    again: async () => {
      if (sent !== null) await run(sent.body)
    },
  }
}
