/** Hold what is wrong with a form: for the summary at its head and for each field. */
import { ref, type Ref } from 'vue'

/** The id of a field on the page, and what is wrong with it. */
export interface Fault {
  field: string
  text: string
}

export interface Faults {
  list: Ref<Fault[]>
  /** Counts the tries, so that the same faults found again move the focus again. */
  tries: Ref<number>
  of: (field: string) => string
  /** Show these; tell whether there are none. */
  show: (found: Fault[]) => boolean
}

/** Make an empty holder. */
export function useFaults(): Faults {
  const list = ref<Fault[]>([])
  const tries = ref(0)
  return {
    list,
    tries,
    of: (field) => list.value.find((fault) => fault.field === field)?.text || '',
    show(found) {
      list.value = found
      tries.value += 1
      return found.length === 0
    },
  }
}
