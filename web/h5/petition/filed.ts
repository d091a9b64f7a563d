/** Remember on this phone which petitions were filed from it. */
import { shallowRef, type ShallowRef } from 'vue'
import { forget, keep, recall } from '../../shared/storage'
import type { PetitionFiled, PetitionKind } from '../../shared/types'

export interface FiledHere {
  number: string
  key: string
  kind: PetitionKind
  /** Null while no date is promised. */
  due: string | null
  at: string
}

const FILED_KEY = 'qd.petitions'
const REMEMBERED = 50

/** Newest first. */
export const filedHere: ShallowRef<readonly FiledHere[]> = shallowRef(recall<FiledHere[]>(localStorage, FILED_KEY) || [])

/** Remember one; the same number is remembered once. */
export function remember({ number, query_key: key, due }: PetitionFiled, kind: PetitionKind, at: Date): void {
  const others = filedHere.value.filter((one) => one.number !== number)
  filedHere.value = [{ number, key, kind, due, at: at.toISOString() }, ...others].slice(0, REMEMBERED)
  keep(localStorage, FILED_KEY, filedHere.value)
}

/** Return what is known here of a petition. */
export function filedUnder(number: string): FiledHere | undefined {
  return filedHere.value.find((one) => one.number === number)
}

/** Remove every trace from this phone. */
export function forgetAll(): void {
  filedHere.value = []
  forget(localStorage, FILED_KEY)
}
