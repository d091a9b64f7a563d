/** Name the five grades of 好差评, 1 the worst. */
import { t, type TextKey } from '../../shared/i18n'

export const GRADES = [5, 4, 3, 2, 1]
const NAMES: TextKey[] = ['grade.1', 'grade.2', 'grade.3', 'grade.4', 'grade.5']

/** Return the name of a grade. */
export function gradeName(grade: number): string {
  return t(NAMES[grade - 1] || 'petition.none')
}
