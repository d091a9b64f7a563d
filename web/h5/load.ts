/** Load what a page shows, keeping apart: on its way, here, failed and why. */
import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { sentenceFor } from '../shared/problem'

export interface Loaded<T> {
  data: ShallowRef<T | null>
  problem: Ref<string>
  isLoading: Ref<boolean>
  load: (work: () => Promise<T>) => Promise<void>
}

/** Make a holder; when loads overlap, the one started last wins. */
export function useLoad<T>(): Loaded<T> {
  const data = shallowRef<T | null>(null)
  const problem = ref('')
  const isLoading = ref(false)
  let latest = 0
  async function load(work: () => Promise<T>): Promise<void> {
    const mine = ++latest
    isLoading.value = true
    problem.value = ''
    try {
      const value = await work()
      if (mine === latest) data.value = value
    } catch (error) {
      if (mine === latest) problem.value = sentenceFor(error)
    } finally {
      if (mine === latest) isLoading.value = false
    }
  }
  return { data, problem, isLoading, load }
}
